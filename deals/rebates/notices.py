"""What partners are told of their volume rebate."""

from datetime import datetime

from django.utils.translation import gettext as _

from prm.accounts.roles import Permission as P
from prm.accounts.selectors import people_with
from prm.ledger.models import Entry
from prm.notices.actions import prepare, promise_all
from prm.portal import formats


def earned(entry: Entry, *, now: datetime) -> None:
    amount = formats.money(entry.without_sign, entry.currency)
    title = _("You earn %(amount)s: %(label)s") % {"amount": amount, "label": entry.label}
    body = _("It stands in your ledger, and can be paid from %(day)s.") % {"day": formats.day(entry.payable_from)}
    promise_all(
        [
            prepare(
                key=f"{entry.public_id}-rebate-{user.pk}",
                kind="earnings.rebate",
                to=user,
                organisation=entry.organisation_id,
                title=title,
                body=body,
                path="/earnings/",
                now=now,
            )
            for user in people_with(P.EARNINGS_READ_ORGANISATION, entry.organisation_id)
        ]
    )
