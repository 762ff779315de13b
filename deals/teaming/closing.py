"""What one holder of a shared protection does holds for both. Whoever calls holds the rows of both registrations."""

from datetime import datetime
from typing import Any

from deals.protections.models import Protection
from deals.registrations.events import record_deal
from deals.registrations.locking import change
from deals.registrations.models import Registration
from deals.registrations.rules import next_reminder
from deals.registrations.states import Outcome, State
from deals.rulebook import DealRules
from deals.teaming import notices
from deals.teaming.models import mates_of
from deals.teaming.selectors import team_keys
from prm import matching

SOURCE = "registration"


def mates(registration: Registration) -> list[Registration]:
    """Of a registration that shares its protection; no query for the others."""
    if registration.outcome != Outcome.TEAMING:
        return []
    return list(mates_of(registration).with_nouns().select_related("created_by").order_by("pk"))


def close_with(registration: Registration, *, now: datetime) -> list[str]:
    """Close those that share with a registration that was won, lost or refunded; returns their public ids.

    The value stays with the one that was won; the earnings are split between them by its terms.
    """
    closed = mates(registration)
    for mate in closed:
        _close(mate, registration, now)
        data = {"closed_on": mate.closed_on} if mate.state == State.WON else {"reason": mate.end_reason}
        if mate.state != State.REVERSED:
            record_deal(f"deal.{mate.state}", mate, by=None, now=now, data=data)
            notices.closed_by_the_other(mate, registration, now=now)
    if registration.state != State.WON:
        Protection.objects.filter(registration__in=team_keys(registration)).release(now)
        matching.remove(SOURCE, *(mate.pk for mate in closed))
    return [mate.public_id for mate in closed]


def _close(mate: Registration, like: Registration, now: datetime) -> None:
    for name in ("state", "closed_on", "end_reason", "end_text", "protected_until", "ended_by"):
        setattr(mate, name, getattr(like, name))
    mate.ended_at, mate.next_reminder_at, mate.next_yearly_on = now, None, None
    change(
        *(mate, "state", "closed_on", "end_reason", "end_text", "protected_until", "ended_by"),
        *("ended_at", "next_reminder_at", "next_yearly_on"),
    )


def extend_with(registration: Registration, deal_rules: DealRules, now: datetime) -> list[Registration]:
    """Those that share the protection end when it does, each with reminders on its own wall."""
    extended = mates(registration)
    for mate in extended:
        mate.protected_until = until = registration.protected_until
        zone = mate.partner.organisation.time_zone
        mate.next_reminder_at = next_reminder(until, deal_rules.reminder_days, zone, now) if until else None
        change(mate, "protected_until", "next_reminder_at")
    return extended


def record_for_all(kind: str, rows: list[Registration], *, by: Any, now: datetime, data: dict[str, Any]) -> None:
    """The first is the one that somebody acted on; the others read of it without a name."""
    for number, row in enumerate(rows):
        record_deal(kind, row, by=None if number else by, now=now, data=data)
