"""What partners are told of their earnings: each organisation of its own entries alone."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.teaming.closing import mates
from prm.accounts.roles import Permission as P
from prm.accounts.selectors import people_with
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.portal import formats

PATH = "/earnings/"


def earned(registration: Registration, entries: list[Entry], *, now: datetime) -> None:
    rows = _by_organisation(registration)
    for entry in entries:
        title = (
            _("You earn %(amount)s for a year of %(customer)s")
            if entry.kind == Kind.YEARLY
            else _("You earn %(amount)s with %(customer)s")
        )
        body = _("%(reference)s stands in your ledger. It can be paid from %(day)s.")
        _tell(rows.get(entry.organisation_id, registration), entry, "earned", title, body, now)


def taken_back(registration: Registration, entries: list[Entry], *, now: datetime) -> None:
    rows = _by_organisation(registration)
    for entry in entries:
        title = _("%(amount)s is taken back: %(customer)s was refunded")
        body = _("The customer of %(reference)s got money back, and the same share of your earnings is taken back.")
        _tell(rows.get(entry.organisation_id, registration), entry, "taken_back", title, body, now)


def _by_organisation(registration: Registration) -> dict[int, Registration]:
    """Each reads of its own registration."""
    return {row.partner.organisation_id: row for row in [registration, *mates(registration)]}


def reversed_(registration: Registration, entries: list[Entry], *, now: datetime) -> None:
    for entry in entries:
        title = _("%(amount)s is taken back: the decision on %(customer)s is reversed")
        body = _("What was earned with %(reference)s is taken back. It stands in your ledger from %(day)s.")
        _tell(registration, entry, "reversed", title, body, now)


def compensated(registration: Registration, entries: list[Entry], *, now: datetime) -> None:
    for entry in entries:
        title = _("You are compensated with %(amount)s: %(customer)s")
        body = _("The compensation for %(reference)s stands in your ledger. It can be paid from %(day)s.")
        _tell(registration, entry, "compensated", title, body, now)


def _tell(registration: Registration, entry: Entry, kind: str, title: str, body: str, now: datetime) -> None:
    said = {
        "amount": formats.money(entry.without_sign, entry.currency),
        "customer": registration.customer_name,
        "reference": registration.reference,
        "day": date_format(entry.payable_from, "j M Y"),
    }
    told: list[Notice] = [
        prepare(
            key=f"{entry.public_id}-{kind}-{user.pk}",
            kind=f"earnings.{kind}",
            to=user,
            organisation=entry.organisation_id,
            title=title % said,
            body=body % said,
            path=PATH,
            now=now,
        )
        for user in people_with(P.EARNINGS_READ_ORGANISATION, entry.organisation_id)
    ]
    promise_all(told)
