"""What is said of statements: to those who may read them."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from prm.accounts.models import Organisation
from prm.accounts.roles import Permission as P
from prm.accounts.selectors import people_with
from prm.notices.actions import prepare, promise_all
from prm.portal import formats


def issued(organisation: Organisation, month: date, *, now: datetime) -> None:
    title = _("Your statement of %(month)s is ready") % {"month": formats.month(month)}
    body = _("It lists what was earned, taken back and paid. You can read it, print it, or take it along as a file.")
    promise_all(
        [
            prepare(
                key=f"statement-{organisation.public_id}-{month:%Y-%m}-{user.pk}",
                kind="earnings.statement",
                to=user,
                organisation=organisation,
                title=title,
                body=body,
                path=f"/earnings/{organisation.public_id}/?month={month:%Y-%m}",
                now=now,
            )
            for user in people_with(P.EARNINGS_READ_ORGANISATION, organisation.pk)
        ]
    )
