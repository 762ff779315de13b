"""Sweeps over due dates: set-based, compare-and-set, in batches; any number of them may run at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from deals.events import SUBJECT
from deals.protections.models import Protection
from deals.registrations import notices, rules
from deals.registrations.actions import SOURCE, reassess_those_waiting_for
from deals.registrations.events import plain, record_deal
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import State
from deals.releases.opening import open_for
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.actions import lapse_due
from prm import matching
from prm.audit.actions import record_many
from prm.policy.selectors import current

BATCH = 1000


def expire_due(*, now: datetime) -> int:
    """End what has ended by `now`: protections whose period is over, questions and teams that nobody answered.

    Returns how many registrations changed. A run after days of silence does all of it, once.
    """
    expired = _in_batches(lambda: _expire_batch(now))
    return expired + _in_batches(lambda: _lapse_batch(now)) + _in_batches(lambda: lapse_due(now=now))


def remind_due(*, now: datetime) -> int:
    """Remind of protections that end soon; reminders that were missed collapse into the newest."""
    return _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claimed(rows: RegistrationQuerySet) -> RegistrationQuerySet:
    """A batch, locked; what another sweep holds is that sweep's."""
    return rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH]


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    return _end(Registration.objects.expired(now), State.EXPIRED, now)


@transaction.atomic
def _lapse_batch(now: datetime) -> int:
    return _end(Registration.objects.lapsed(now), State.LAPSED, now)


def _end_provisional(ids: list[int], now: datetime) -> None:
    """A question that nobody answers ends what was protected meanwhile."""
    Protection.objects.filter(registration__any_of=ids).release(now)
    rows = Registration.objects.filter(pk__any_of=ids, provisional_at__isnull=False)
    rows.update(provisional_until=now, provisional_ended_at=now)


def _end(rows: RegistrationQuerySet, state: State, now: datetime) -> int:
    """End a batch in a constant number of statements, and without more of each row than is told."""
    claimed = _ending(rows)
    if not claimed:
        return 0
    ids = [ended.pk for ended in claimed]
    Registration.objects.filter(pk__any_of=ids).update(
        state=state,
        ended_at=now,
        next_reminder_at=None,
        clock_paused_at=None,
        teaming_due_at=None,
        version=F("version") + 1,
    )
    if state == State.LAPSED:
        _end_provisional(ids, now)
    matching.remove(SOURCE, *ids)
    record_many(f"deal.{state}", by=None, now=now, rows=[_row(ended, state) for ended in claimed])
    notices.ended_by_time(claimed, state, now=now)
    released = [ended.public_id for ended in claimed]
    open_for(released, now)
    reassess_those_waiting_for(released)
    return len(claimed)


def _ending(rows: RegistrationQuerySet) -> list[notices.Ended]:
    return [notices.Ended(*row) for row in _claimed(rows).values_list(*notices.ENDED)]


def _row(ended: notices.Ended, state: State) -> tuple[int | None, tuple[str, str], dict[str, Any]]:
    shown = {"protected_until": plain(ended.protected_until)} if state == State.EXPIRED else {}
    return ended.organisation_id, (SUBJECT, ended.public_id), shown


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    claimed = list(_claimed(Registration.objects.to_remind(now)).with_people().select_related("created_by"))
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
