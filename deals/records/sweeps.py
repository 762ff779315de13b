"""Years that end without proof, and reminders of it: set-based, in batches, each row once."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from deals.records import notices
from deals.records.events import record_of
from deals.records.models import PartnerOfRecord, PartnerOfRecordQuerySet
from deals.records.states import Ending, RecordState
from deals.registrations.rules import next_reminder, reminder_now
from deals.rulebook import SCHEMA, DealRules
from prm.clocks.calendar import local_date
from prm.policy.selectors import current

BATCH = 500
# Where a day is over last of all: then it is over for everybody.
LAST_WALL = "Etc/GMT+12"


def end_due(*, now: datetime) -> int:
    """Record what has ended by its date. How many; a second run finds nothing."""
    return _in_batches(lambda: _end_batch(now))


def remind_due(*, now: datetime) -> int:
    """Ask for proof before the year ends; reminders that were missed collapse into the newest."""
    return _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claimed(rows: PartnerOfRecordQuerySet) -> list[PartnerOfRecord]:
    return list(rows.with_nouns().order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])


@transaction.atomic
def _end_batch(now: datetime) -> int:
    rows = _claimed(PartnerOfRecord.objects.over(local_date(now, LAST_WALL)))
    for row in rows:
        row.state, row.ended_at, row.next_reminder_at = RecordState.ENDED, now, None
        row.end_reason = row.end_reason or Ending.TIME
        row.version += 1
        row.save(update_fields=["state", "ended_at", "next_reminder_at", "end_reason", "version"])
        record_of("record.ended", row, by=None, now=now, because=str(row.end_reason))
        notices.ended(row, now=now)
    return len(rows)


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    rows = _claimed(PartnerOfRecord.objects.to_remind(now))
    days = current(SCHEMA, DealRules, now=now).values.record_reminder_days
    for row in rows:
        zone = row.partner.organisation.time_zone
        step = reminder_now(row.ends_at, days, zone, now)
        row.next_reminder_at = next_reminder(row.ends_at, days, zone, now)
        row.save(update_fields=["next_reminder_at"])
        if step is not None:
            record_of("record.reminded", row, by=None, now=now, days=step)
            notices.reminded(row, step, now=now)
    return len(rows)
