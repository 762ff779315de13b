"""Certificates that end, and reminders of it: set-based, in batches, each row once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from enablement.certificates import notices, rules
from enablement.certificates.following import follow
from enablement.certificates.models import SUBJECT, Certificate, CertificateQuerySet
from enablement.certificates.selectors import employers_of
from prm.audit.actions import record_many

BATCH = 500


def expire_due(*, now: datetime) -> int:
    """Record what has ended with its grace. How many; a second run finds nothing."""
    return _in_batches(lambda: _expire_batch(now))


def remind_due(*, now: datetime) -> int:
    """Remind of ends that come, and tell of those that came; what was missed collapses into the newest."""
    return _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claimed(rows: CertificateQuerySet) -> list[Certificate]:
    found = rows.select_related("certification", "user").order_by("pk")
    return list(found.select_for_update(skip_locked=True, of=("self",))[:BATCH])


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    rows = _claimed(Certificate.objects.over(now))
    if not rows:
        return 0
    keys = [row.pk for row in rows]
    Certificate.objects.filter(pk__in=keys).update(expired_at=now, next_reminder_at=None, version=F("version") + 1)
    employers = {key: employer.pk for key, employer in employers_of(row.user_id for row in rows).items()}
    _record("certificate.expired", [(row, {}) for row in rows], employers, now)
    notices.expired(rows, now=now)
    follow(set(employers.values()), by=None, now=now)
    return len(rows)


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    rows = _claimed(Certificate.objects.to_remind(now))
    if not rows:
        return 0
    due = []
    for row in rows:
        about = row.term, row.certification.reminder_days, row.time_zone, now
        step, row.next_reminder_at = rules.reminder_now(*about), rules.next_reminder(*about)
        if step is not None and row.is_living(now):
            due.append((row, step))
    Certificate.objects.bulk_update(rows, ["next_reminder_at"])
    employers = {key: employer.pk for key, employer in employers_of(row.user_id for row, _step in due).items()}
    _record("certificate.ended", [(row, {}) for row, step in due if step == rules.ENDED], employers, now)
    coming = [(row, {"days": step}) for row, step in due if step != rules.ENDED]
    _record("certificate.reminded", coming, employers, now)
    notices.reminded(due, now=now)
    return len(rows)


def _record(
    kind: str, rows: Sequence[tuple[Certificate, dict[str, int]]], employers: dict[int, int], now: datetime
) -> None:
    if rows:
        told = [(employers.get(row.user_id), (SUBJECT, row.public_id), data) for row, data in rows]
        record_many(kind, by=None, now=now, rows=told)
