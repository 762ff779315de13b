"""Sweeps over decisions that are late: any number of them may run at once, each row changes once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from psycopg.errors import DeadlockDetected, ExclusionViolation, LockNotAvailable

from deals.conflicts.actions import store
from deals.conflicts.rules import Found
from deals.conflicts.selectors import findings_for
from deals.decisions.accounts import resolve_account
from deals.decisions.locks import lock_decision
from deals.events import SUBJECT
from deals.protections.models import Protection
from deals.punctuality import notices, rules
from deals.punctuality.selectors import loads
from deals.registrations.actions import reassess_those_waiting_for
from deals.registrations.events import plain, record_deal
from deals.registrations.line import await_places
from deals.registrations.locking import change
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.reading import locked_by_key, with_lines
from deals.registrations.selectors import calendar_of
from deals.registrations.states import State
from deals.releases.opening import close_for, open_for, open_unrecorded
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.audit.actions import record_many
from prm.audit.models import Event
from prm.calendars.selectors import calendars_at, deputies_of
from prm.policy.selectors import current

BATCH = 1000
# Each takes the locks of its customer; what is left is the next run's.
AT_ONCE = 200
Told = tuple[int | None, tuple[str, str], dict[str, Any]]
HELD_BACK = "deal.provisional_held_back"


def escalate_due(*, now: datetime) -> int:
    """Everything that is due because a decision is late; returns how many registrations changed.

    A run after days of silence does all of it, once: what was missed meanwhile is told in one sentence.
    """
    escalated = _in_batches(lambda: _escalate_batch(now))
    return escalated + protect_due(now=now) + _in_batches(lambda: _end_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claimed(rows: RegistrationQuerySet) -> RegistrationQuerySet:
    """A batch, locked; what another sweep holds is that sweep's."""
    return rows.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH]


@transaction.atomic
def _escalate_batch(now: datetime) -> int:
    late = list(_claimed(Registration.objects.to_escalate(now).with_people()))
    if not late:
        return 0
    seconds = _choose_seconds(late, now)
    for row in late:
        row.escalated_at, row.version = now, row.version + 1
    Registration.objects.bulk_update(late, ["escalated_at", "escalated_to", "provisional_due_at", "version"])
    record_many("deal.escalated", by=None, now=now, rows=[_escalation(row) for row in late])
    notices.escalated(late, seconds, now=now)
    return len(late)


def _choose_seconds(late: list[Registration], now: datetime) -> dict[int, User]:
    """Give each a second PAM and the next date; returns those people by primary key."""
    deal_rules = current(SCHEMA, DealRules, now=now).values
    pams = {row.partner.pam.pk: row.partner.pam for row in late if row.partner.pam}
    calendars, deputies, working = calendars_at(pams.values(), now), deputies_of(pams), loads()
    people = {person.pk: person for person in working}
    counts = {person.pk: load for person, load in working.items()}
    for row in late:
        pam = row.partner.pam_id
        others = {person: load for person, load in counts.items() if person != row.recused_id}
        second = rules.second_of(pam, deputies.get(pam) if pam else None, others)
        row.escalated_to = people[second] if second else None
        if second:
            counts[second] += 1
        if row.decision_due_at is not None:
            row.provisional_due_at = rules.provisional_due(row.decision_due_at, deal_rules, calendars[pam])
    return people


def _escalation(row: Registration) -> Told:
    second = row.escalated_to
    shown = {
        "decision_due_at": plain(row.decision_due_at),
        "provisional_due_at": plain(row.provisional_due_at),
        "to": second.public_id if second else "",
    }
    return row.partner.organisation_id, (SUBJECT, row.public_id), shown


def protect_due(*, now: datetime) -> int:
    """Protect what has waited too long, as far as nothing stands against it; returns how many."""
    due = Registration.objects.to_protect(now).order_by("provisional_due_at", "pk")
    return sum(_protect_unless_busy(key, now) for key in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def _protect_unless_busy(key: int, now: datetime) -> bool:
    """What somebody is deciding right now is left alone: the decision is what we wait for."""
    try:
        return _protect(key, now)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable | DeadlockDetected):
            raise
        return False


@transaction.atomic
def _protect(key: int, now: datetime) -> bool:
    await_places()
    before = Registration.objects.with_nouns().get(pk=key)
    known = lock_decision(before, now=now)
    registration = _still_due(before, now)
    if registration is None:
        return False
    open_unrecorded([account.pk for account, _match in known], now)
    found = findings_for(registration, known=known, now=now)
    because = rules.bars(found)
    if because or not _write(registration, found, now):
        return _hold_back(registration, because or rules.BLOCKING, now)
    close_for(registration, [line.product_id for line in registration.lines.all()], now)
    store(registration, found, now=now)
    record_deal(
        "deal.protected_provisionally", registration, by=None, now=now, data={"account": _account(registration)}
    )
    notices.protected(registration, now=now)
    reassess_those_waiting_for([registration.public_id])
    return True


def _still_due(before: Registration, now: datetime) -> Registration | None:
    """The row as it is now, locked; None when somebody was quicker or it has become another customer."""
    found = locked_by_key(before.pk)
    if found is None or (found.identity, found.place) != (before.identity, before.place):
        return None
    due = found.provisional_due_at
    is_due = found.state == State.SUBMITTED and found.provisional_at is None and due is not None and due <= now
    return with_lines(found) if is_due else None


def _write(registration: Registration, found: list[Found], now: datetime) -> bool:
    """Without an end: that is the decision's. False when the exclusion constraint knows better."""
    try:
        with transaction.atomic():
            account = resolve_account(registration, "", found, by=None, now=now)
            Protection.objects.bulk_create(
                [
                    Protection(registration=registration, account=account, product=line.product, period=(now, None))
                    for line in registration.lines.all()
                ]
            )
            registration.account, registration.provisional_at = account, now
            change(registration, "account", "provisional_at")
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        registration.refresh_from_db(fields=["account", "provisional_at", "version"])
        return False
    return True


def _account(registration: Registration) -> str:
    return registration.account.public_id if registration.account else ""


def _hold_back(registration: Registration, because: str, now: datetime) -> bool:
    """Look again on the next business day; the vendor reads once why."""
    registration.provisional_due_at = calendar_of(registration.partner, now).due(now, 1)
    change(registration, "provisional_due_at")
    if not Event.objects.filter(kind=HELD_BACK, subject_type=SUBJECT, subject_id=registration.public_id).exists():
        record_deal(HELD_BACK, registration, by=None, now=now, data={"because": because})
    return False


@transaction.atomic
def _end_batch(now: datetime) -> int:
    """Record what has ended, and have rivals looked at again."""
    rows = _claimed(Registration.objects.provisionally_ended(now))
    ended = list(rows.values_list("pk", "public_id", "partner__organisation"))
    if not ended:
        return 0
    keys = [key for key, _id, _organisation in ended]
    Registration.objects.filter(pk__in=keys).update(provisional_ended_at=now, version=F("version") + 1)
    told: list[Told] = [(organisation, (SUBJECT, public_id), {}) for _key, public_id, organisation in ended]
    record_many("deal.provisional_ended", by=None, now=now, rows=told)
    released = [public_id for _key, public_id, _organisation in ended]
    open_for(released, now)
    reassess_those_waiting_for(released)
    return len(ended)
