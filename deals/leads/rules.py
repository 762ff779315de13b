"""Who is asked next for a lead: plain values in, plain values out.

How large a partner is, what it is called and what it sells are no part of a Candidate, so that they cannot count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from deals.leads.states import Hindrance
from prm.clocks.calendar import Calendar


@dataclass(frozen=True)
class Wanted:
    """What a lead asks of a partner; what is empty is asked of nobody. `lead` is its public id."""

    lead: str
    country: str
    segment: str = ""
    model: str = ""
    competency: str = ""


@dataclass(frozen=True)
class Candidate:
    """`partner` is the organisation's public id; no `regions` or `segments` means everywhere, everybody.

    `last_offered` is the moment of the latest offer of any lead, `asked` that it had this one before.
    """

    partner: str
    model: str
    regions: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    competencies: frozenset[str] = frozenset()
    last_offered: datetime | None = None
    open_offers: int = 0
    asked: bool = False


@dataclass(frozen=True)
class Place:
    """`number` counts from 1 in the order in which partners are asked; 0 for those who are not."""

    candidate: Candidate
    number: int
    hindrances: tuple[Hindrance, ...] = ()

    @property
    def waits_for_room(self) -> bool:
        return self.hindrances == (Hindrance.FULL,)


def hindrances(candidate: Candidate, wanted: Wanted, most_open: int) -> tuple[Hindrance, ...]:
    """Everything that keeps the partner from being asked now, in a fixed order; empty when nothing does."""
    against = {
        Hindrance.MODEL: bool(wanted.model) and candidate.model != wanted.model,
        Hindrance.TERRITORY: bool(candidate.regions) and wanted.country not in candidate.regions,
        Hindrance.SEGMENT: bool(wanted.segment and candidate.segments) and wanted.segment not in candidate.segments,
        Hindrance.COMPETENCY: bool(wanted.competency) and wanted.competency not in candidate.competencies,
        Hindrance.ASKED: candidate.asked,
        Hindrance.FULL: candidate.open_offers >= most_open,
    }
    return tuple(hindrance for hindrance, stands in against.items() if stands)


def lot(lead: str, partner: str) -> str:
    """Decides between partners that have waited as long: drawn for each lead anew, and anybody can draw it again."""
    return sha256(f"{lead}:{partner}".encode()).hexdigest()


def ranking(candidates: Iterable[Candidate], wanted: Wanted, most_open: int) -> list[Place]:
    """Those who can be asked, whoever has waited longest for an offer first; then the others, by lot."""
    judged = [(candidate, hindrances(candidate, wanted, most_open)) for candidate in candidates]
    judged.sort(key=lambda one: (_turn(one[0]), lot(wanted.lead, one[0].partner)))
    free = [candidate for candidate, against in judged if not against]
    places = [Place(candidate, number) for number, candidate in enumerate(free, start=1)]
    return places + [Place(candidate, 0, against) for candidate, against in judged if against]


def _turn(candidate: Candidate) -> tuple[bool, float]:
    """Whoever never had an offer comes before everybody who had one."""
    last = candidate.last_offered
    return last is not None, last.timestamp() if last else 0.0


def dates_of_offer(
    now: datetime, calendar: Calendar, *, answer_days: int, remind_days: int
) -> tuple[datetime, datetime | None]:
    """Until when an answer is due, and when it is recalled; None where nothing lies between."""
    due = calendar.due(now, answer_days)
    return due, calendar.due(now, answer_days - remind_days) if 0 < remind_days < answer_days else None
