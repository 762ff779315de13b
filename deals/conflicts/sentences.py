"""The reviewer's sentences: what the rules suggest, why, and what would change it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OUTCOMES: dict[str, str | Promise] = {
    "exclusive": _("Approve and protect"),
    "ask": _("Ask for information"),
    "wait": _("Decide the earlier registration first"),
    "reject": _("Reject"),
}
BECAUSE: dict[str, str | Promise] = {
    "rival_protection": _("The customer is protected for another partner on the same product."),
    "earlier_registration": _("Another partner's earlier registration for the same product is undecided."),
    "later_registration": _("Another partner registered the same customer later."),
    "named_account": _("The customer is a named account."),
    "existing_customer": _("We serve this customer already."),
    "known_account": _("We know this customer."),
    "thin_evidence": _("There is little evidence who the customer is."),
}
UNLESS: dict[str, str | Promise] = {
    "other_products": _("Only products that are not contested are approved."),
    "not_the_same": _("A tax number, a web domain or an address shows that it is another customer or entity."),
    "earlier_ends": _("The earlier registration is rejected, withdrawn or lapses."),
}
NOTHING_FOUND = _("Nothing stands in the way.")
