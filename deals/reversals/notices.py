"""What is said about a reversal. Nothing here names another partner."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.registrations.notices import pam_of, partner_people
from deals.reversals.models import Reversal
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.portal import formats


def reversed_(registration: Registration, found: Reversal, *, now: datetime) -> None:
    """To the partner's people, to the account manager, and to who decided it."""
    named = {"reference": registration.reference, "customer": registration.customer_name}
    title = _("The decision on %(reference)s is reversed: %(customer)s") % named
    reason = {"reason": found.get_reason_display(), "clause": found.clause}
    parts = [_("Reason: %(reason)s (rule %(clause)s).") % reason, found.message, *_results(found)]
    inside = {user.pk: user for user in (*pam_of(registration), found.decider) if user}
    people: list[User] = [*partner_people(registration), *inside.values()]
    promise_all(
        [
            prepare(
                key=f"{registration.public_id}-reversed-{user.pk}",
                kind="deal.reversed",
                to=user,
                organisation=registration.partner.organisation,
                title=title,
                body="\n\n".join(parts),
                path=registration.get_absolute_url(),
                now=now,
            )
            for user in people
        ]
    )


def _results(found: Reversal) -> list[str]:
    said = []
    if found.terms:
        said.append(_("The protection has ended with it, and its terms are annulled."))
    if found.linked is not None:
        sentence = _("It is registered again as %(linked)s, in its old place in line.")
        said.append(sentence % {"linked": found.linked.reference})
    if found.amount is not None:
        sentence = _("The compensation of %(amount)s stands in your ledger.")
        said.append(sentence % {"amount": formats.money(found.amount, found.currency)})
    return said
