"""Whose turn it is when a protection has ended; plain values."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deals.releases.states import Turn
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar

Place = tuple[datetime, int]


@dataclass(frozen=True)
class Asker:
    """One registration that had asked for what somebody else was protected for."""

    key: int
    partner: int
    place: Place
    undecided: bool


@dataclass(frozen=True)
class Standing:
    """One turn. `open` says of one that was taken up whether its registration is still undecided."""

    key: int
    partner: int
    state: str
    due_at: datetime | None = None
    open: bool = False

    def holds(self, now: datetime) -> bool:
        """Nobody else's turn comes while this one lasts."""
        if self.state == Turn.OFFERED:
            return self.due_at is not None and self.due_at > now
        return self.state == Turn.TAKEN and self.open


def in_line(askers: Iterable[Asker]) -> list[Asker]:
    """One for each partner, in the order of their places; what still waits for a decision speaks for its partner."""
    chosen: dict[int, Asker] = {}
    for asker in sorted(askers, key=lambda one: (not one.undecided, one.place)):
        chosen.setdefault(asker.partner, asker)
    return sorted(chosen.values(), key=lambda one: one.place)


def ahead_of(partner: int, line: Iterable[Standing], now: datetime) -> Standing | None:
    """Whose first refusal stands in the way of that partner, in the order of the line; None for its own turn.

    What was taken up is a registration of its own, and stands in the line like every other.
    """
    turns = list(line)
    found = next((one for one in turns if one.holds(now)), None)
    found = found or next((one for one in turns if one.state == Turn.WAITING), None)
    if found is None or found.partner == partner or found.state == Turn.TAKEN:
        return None
    return found


def refusal_due(told: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(told, rules.first_refusal_business_days)


def left_by(one: Standing) -> Turn:
    """What becomes of a turn that no longer holds."""
    return Turn.SILENT if one.state == Turn.OFFERED else Turn.ENDED
