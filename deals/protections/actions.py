"""Sweeps over due dates: set-based, compare-and-set, in batches; any number of them may run at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from deals.events import SUBJECT
from deals.registrations import notices, rules
from deals.registrations.actions import SOURCE, reassess_those_waiting_for
from deals.registrations.events import plain, record_deal
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import State
from deals.rulebook import SCHEMA, DealRules
from prm import matching
from prm.audit.actions import record_many
from prm.policy.selectors import current

BATCH = 200


def expire_due(*, now: datetime) -> int:
    """End what has ended by `now`: protections whose period is over and questions nobody answered.

    Returns how many registrations changed. A run after days of silence does all of it, once.
    """
    expired = _in_batches(lambda: _expire_batch(now))
    return expired + _in_batches(lambda: _lapse_batch(now))


def remind_due(*, now: datetime) -> int:
    """Remind of protections that end soon; reminders that were missed collapse into the newest."""
    return _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claim(rows: RegistrationQuerySet) -> list[Registration]:
    """Lock a batch; what another sweep holds is that sweep's."""
    locked = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    return list(locked.select_related("partner__organisation", "partner__pam", "created_by")[:BATCH])


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    return _end(_claim(Registration.objects.expired(now)), State.EXPIRED, "deal.expired", now)


@transaction.atomic
def _lapse_batch(now: datetime) -> int:
    return _end(_claim(Registration.objects.lapsed(now)), State.LAPSED, "deal.lapsed", now)


def _end(claimed: list[Registration], state: State, kind: str, now: datetime) -> int:
    """End a claimed batch in a constant number of statements."""
    if not claimed:
        return 0
    ids = [registration.pk for registration in claimed]
    Registration.objects.filter(pk__in=ids).update(
        state=state, ended_at=now, next_reminder_at=None, clock_paused_at=None, version=F("version") + 1
    )
    for registration in claimed:
        registration.state = state
    matching.remove(SOURCE, *ids)
    record_many(kind, by=None, now=now, rows=[_row(registration) for registration in claimed])
    notices.ended_by_time(claimed, now=now)
    reassess_those_waiting_for(*claimed)
    return len(claimed)


def _row(registration: Registration) -> tuple[int | None, tuple[str, str], dict[str, Any]]:
    until = registration.protected_until
    shown = {"protected_until": plain(until)} if registration.state == State.EXPIRED else {}
    return registration.partner.organisation_id, (SUBJECT, registration.public_id), shown


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    claimed = _claim(Registration.objects.to_remind(now))
    days = current(SCHEMA, DealRules, now=now).values.reminder_days
    for registration in claimed:
        _remind(registration, days, now)
    return len(claimed)


def _remind(registration: Registration, days: tuple[int, ...], now: datetime) -> None:
    until = registration.protected_until
    if until is None:
        raise AssertionError("an approved registration has an end")
    zone = registration.partner.organisation.time_zone
    step = rules.reminder_now(until, days, zone, now)
    registration.next_reminder_at = rules.next_reminder(until, days, zone, now)
    registration.save(update_fields=["next_reminder_at"])
    if step is not None:
        record_deal("deal.reminded", registration, by=None, now=now, data={"days": step})
        notices.reminded(registration, days=step, now=now)
