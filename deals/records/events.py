"""What is recorded of partners of record. To the partner its own alone: dates, never who else was concerned."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from deals.records.models import SUBJECT, PartnerOfRecord
from prm.accounts.models import User
from prm.audit.actions import record
from prm.audit.kinds import EventKind, declare

DATES = ("since", "until")

declare(
    EventKind("record.asked", _("Asked to be partner of record from {since} until {until}"), partner=DATES),
    EventKind("record.confirmed", _("Partner of record from {since} until {until}"), partner=DATES),
    EventKind("record.refused", _("Not confirmed as partner of record"), partner=()),
    EventKind("record.appointed", _("Appointed partner of record from {since} until {until}"), partner=DATES),
    EventKind("record.won", _("Partner of record from {since} until {until}, by a won deal"), partner=DATES),
    EventKind("record.reminded", _("Reminded of the proof: {days} days left"), partner=("days",)),
    EventKind("record.proof_given", _("Proof given for another year"), partner=()),
    EventKind("record.renewed", _("Proof taken: partner of record until {until}"), partner=("until",)),
    EventKind("record.proof_refused", _("Proof not taken; the year ends on {until}"), partner=("until",)),
    EventKind("record.closing", _("Partner of record until {until} only: {because}"), partner=("until", "because")),
    EventKind("record.ended", _("No longer partner of record: {because}"), partner=("because",)),
)


def record_of(kind: str, row: PartnerOfRecord, *, by: User | None, now: datetime, **data: Any) -> None:
    """One event; dates in `data` become ISO text."""
    record(
        kind,
        by=by,
        now=now,
        organisation_id=row.partner.organisation_id,
        subject=(SUBJECT, row.public_id),
        data={name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()},
    )


def dates(row: PartnerOfRecord) -> dict[str, date]:
    return {"since": row.since, "until": row.until}
