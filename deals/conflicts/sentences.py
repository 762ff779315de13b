"""The reviewer's sentences: what the rules suggest, why, and what would change it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OUTCOMES: dict[str, str | Promise] = {
    "exclusive": _("Approve and protect"),
    "ask": _("Ask for information"),
    "wait": _("Wait for whoever is ahead"),
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
    "outside_territory": _("The customer is outside the territory or the segments of the partner's agreement."),
    "tender": _("The need was published as a tender before the registration."),
    "hoarding": _("The partner has more open registrations than deals of its kind usually need."),
    "first_refusal": _("Another partner had asked before and has first refusal."),
    "partner_of_record": _("Another partner is the customer's partner of record."),
    "email_domain": _("The contact's e-mail domain is no evidence of the customer."),
    "direct_opportunity": _("Our own sales work on an open opportunity with the customer."),
    "direct_touch": _("Our own sales were in touch with the customer lately."),
}
UNLESS: dict[str, str | Promise] = {
    "other_products": _("Only products that are not contested are approved."),
    "not_the_same": _("A tax number, a web domain or an address shows that it is another customer or entity."),
    "earlier_ends": _("The earlier registration is rejected, withdrawn or lapses."),
    "refusal_ends": _("The first refusal is declined, or nobody answers in time."),
    "record_changes": _("The customer consents to this partner, or the other's year ends without proof."),
    "agreement_extended": _("The agreement comes to cover this country and segment."),
    "other_need": _("The registration is about another need than the tender."),
    "fewer_open": _("The partner closes or withdraws what does not move."),
    "company_mailbox": _("A mailbox at the customer's own domain, its website or its tax number is given."),
}
NOTHING_FOUND = _("Nothing stands in the way.")
