"""How entries present themselves: where each stands, and what it is about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.portal.formats import day
from prm.portal.sockets import SUBJECTS, SubjectLink
from prm.rates.rules import Together
from prm.rates.shown import sentence


@dataclass(frozen=True)
class Shown:
    """`link` is None for what the reader cannot open."""

    entry: Entry
    link: SubjectLink | None
    standing: str
    tone: str


def today_of(user: User, now: datetime) -> date:
    """The day on the person's wall."""
    zone = user.time_zone or (user.organisation.time_zone if user.organisation else "UTC")
    return local_date(now, zone)


def shown(entries: Iterable[Entry], reader: User, today: date) -> list[Shown]:
    """One query for each type of subject."""
    rows = list(entries)
    links = _links(rows, reader)
    return [Shown(row, links.get(row.subject_id), *standing_of(row, today)) for row in rows]


def standing_of(entry: Entry, today: date) -> tuple[str, str]:
    """(in words, tone)."""
    if entry.kind == Kind.PAYOUT or entry.is_paid:
        return _("Paid"), "accent"
    if entry.is_waiting(today):
        return _("Payable from %(day)s") % {"day": day(entry.payable_from)}, ""
    return _("Can be paid"), "good"


COLUMNS = {
    "earned": gettext_lazy("Earned"),
    "waiting": gettext_lazy("Waiting"),
    "payable": gettext_lazy("Can be paid"),
    "paid": gettext_lazy("Paid"),
}


def said_together(found: Mapping[str, Together | None]) -> list[tuple[str, str]]:
    """(column, sentence) of those that are of several currencies."""
    return [(str(COLUMNS[name]), sentence(figure)) for name, figure in found.items() if figure]


def _links(rows: list[Entry], reader: User) -> dict[str, SubjectLink]:
    found: dict[str, SubjectLink] = {}
    for kind in {row.subject_type for row in rows}:
        source = SUBJECTS.get(kind)
        if source is not None:
            found |= source(reader, sorted({row.subject_id for row in rows if row.subject_type == kind}))
    return found
