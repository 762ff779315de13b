"""First refusal: told one after the other, taken up, declined, or passed over in silence."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from deals.events import SUBJECT
from deals.registrations import actions as registrations
from deals.registrations import policies
from deals.registrations.actions import reassess_those_waiting_for
from deals.registrations.events import plain, record_deal
from deals.registrations.line import Kept
from deals.registrations.models import Registration
from deals.registrations.states import UNDECIDED, State
from deals.releases import notices, rules
from deals.releases.models import FirstRefusal, Release, ReleaseQuerySet
from deals.releases.opening import Told
from deals.releases.states import LIVE, Turn
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.audit.actions import record_many
from prm.calendars.rules import Settings, combined
from prm.clocks.calendar import Calendar
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current

BATCH = 200
STILL_ASKING = frozenset({*UNDECIDED, State.REJECTED, State.LAPSED})
# What a linked registration says again. The rest is the vendor's, or happens anew.
SAID = (
    *("customer_name", "customer_website", "customer_country", "customer_city", "customer_tax_number"),
    *("contact_name", "contact_email", "contact_title", "value", "currency", "recurring_amount", "recurring_per"),
    *("recurring_months", "expected_close", "motion", "opportunity", "engagement", "origin", "segment", "competitor"),
    *("own_services", "work_done", "external_id"),
)


@transaction.atomic
def take_up(
    *, registration: Registration, expected_close: date | None = None, work_done: str = "", by: User, now: datetime
) -> Registration:
    """Register the customer again with the old place in line; returns the new registration, which is decided as ever.

    What is given replaces what the old one said. Raises what `register` raises, and StateConflict when the turn is
    over, was never there or was answered.
    """
    turn = _on_offer(registration, by, now)
    registration = turn.registration
    changes: dict[str, Any] = {"expected_close": expected_close, "work_done": work_done.strip()}
    values = {name: getattr(registration, name) for name in SAID}
    values |= {name: value for name, value in changes.items() if value}
    lines = [(line.product, line.quantity) for line in registration.lines.select_related("product")]
    kept = Kept(since=registration.priority_at or now, because="first_refusal")
    made = registrations.register(values=values, lines=lines, kept=kept, by=by, now=now)
    _answer(turn, Turn.TAKEN, by, now, taken_as=made)
    data = {"from": registration.public_id, "priority_at": made.priority_at}
    record_deal("deal.taken_up", made, by=by, now=now, data=data)
    return made


@transaction.atomic
def decline(*, registration: Registration, by: User, now: datetime) -> Registration:
    """Let the next one have it. StateConflict as in `take_up`."""
    turn = _on_offer(registration, by, now)
    _answer(turn, Turn.DECLINED, by, now)
    record_deal("deal.refusal_declined", turn.registration, by=by, now=now)
    reassess_those_waiting_for([turn.registration.public_id])
    doorbell.ring_after_commit()
    return turn.registration


def pass_on(now: datetime | None = None) -> int:
    """Whose turn is over makes room for the next. Returns how many releases moved on; safe in parallel.

    However long nobody looked, each turn begins when it is told: nobody's two days pass unseen.
    """
    total, moment = 0, now or database_now()
    while moved := _pass_batch(moment):
        total += moved
    return total


def _on_offer(registration: Registration, by: User, now: datetime) -> FirstRefusal:
    """The turn that runs now, with its release locked."""
    if not policies.can_act_for_partner(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    turns = FirstRefusal.objects.filter(registration=registration)
    releases = _held(Release.objects.running().filter(pk__in=turns.values("release")))
    found = turns.filter(release__in=releases, state=Turn.OFFERED, due_at__gt=now)
    turn = found.select_related("registration__partner__organisation", "registration__partner__pam").first()
    if turn is None:
        raise StateConflict(_("No first refusal runs for this registration."), state=registration.state)
    return turn


def _held(rows: ReleaseQuerySet) -> list[Release]:
    """Locked: of two answers, and of an answer and the sweep, one comes first."""
    return list(rows.select_for_update().order_by("pk"))


def _answer(turn: FirstRefusal, state: Turn, by: User, now: datetime, taken_as: Registration | None = None) -> None:
    turn.state, turn.answered_at, turn.answered_by, turn.taken_as = state, now, by, taken_as
    turn.save(update_fields=["state", "answered_at", "answered_by", "taken_as"])


@transaction.atomic
def _pass_batch(now: datetime) -> int:
    rows = Release.objects.to_pass_on(now).select_for_update(skip_locked=True, of=("self",))
    releases = list(rows.order_by("pk")[:BATCH])
    if not releases:
        return 0
    lines = _lines(releases)
    left = [turn for turns in lines.values() for turn in turns if turn.state in LIVE]
    for turn in left:
        turn.state = rules.left_by(turn.standing)
    FirstRefusal.objects.bulk_update(left, ["state"])
    begun = _begin([found for turns in lines.values() if (found := _next(turns))], now)
    waiting = {turn.release_id for turn in begun}
    Release.objects.filter(pk__in=[row.pk for row in releases if row.pk not in waiting]).update(closed_at=now)
    _tell([*(turn for turn in left if turn.state == Turn.SILENT), *begun], now)
    reassess_those_waiting_for([turn.registration.public_id for turn in (*left, *begun)])
    return len(releases)


def _lines(releases: list[Release]) -> Mapping[int, list[FirstRefusal]]:
    turns = FirstRefusal.objects.filter(release__in=releases).order_by("release", "place")
    lines: dict[int, list[FirstRefusal]] = {}
    for turn in turns.select_related("registration__partner__organisation", "taken_as"):
        lines.setdefault(turn.release_id, []).append(turn)
    return lines


def _next(turns: list[FirstRefusal]) -> FirstRefusal | None:
    """Whoever is no partner any more, or has withdrawn, is passed over without a word."""
    for turn in turns:
        row = turn.registration
        if turn.state == Turn.WAITING and row.partner.is_active and row.state in STILL_ASKING:
            return turn
    return None


def _begin(turns: list[FirstRefusal], now: datetime) -> list[FirstRefusal]:
    """An offer with its date; what is undecided anyway is first in line without being asked."""
    deal_rules = current(SCHEMA, DealRules, now=now).values
    for turn in turns:
        turn.offered_at = now
        if turn.registration.is_undecided:
            turn.state, turn.answered_at, turn.taken_as = Turn.TAKEN, now, turn.registration
        else:
            turn.state = Turn.OFFERED
            turn.due_at = rules.refusal_due(now, deal_rules, _calendar(turn))
    FirstRefusal.objects.bulk_update(turns, ["state", "offered_at", "due_at", "answered_at", "taken_as"])
    return turns


def _calendar(turn: FirstRefusal) -> Calendar:
    """The partner's own: its wall clock and the public holidays of its country."""
    organisation = turn.registration.partner.organisation
    return combined(organisation.time_zone, Settings(country=organisation.country), Settings())


KINDS = {Turn.OFFERED: "deal.refusal_offered", Turn.TAKEN: "deal.first_in_line", Turn.SILENT: "deal.refusal_passed"}


def _tell(turns: list[FirstRefusal], now: datetime) -> None:
    for state, kind in KINDS.items():
        rows: list[Told] = [
            (
                turn.registration.partner.organisation_id,
                (SUBJECT, turn.registration.public_id),
                {"due_at": plain(turn.due_at)} if state == Turn.OFFERED else {},
            )
            for turn in turns
            if turn.state == state
        ]
        if rows:
            record_many(kind, by=None, now=now, rows=rows)
    notices.told(turns, now=now)
