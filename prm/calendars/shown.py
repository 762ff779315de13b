"""What a page says about somebody's business days."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import dates

from prm.calendars.models import WorkCalendar
from prm.calendars.rules import Settings, spans
from prm.calendars.selectors import NOTHING, company
from prm.clocks.calendar import Calendar
from prm.clocks.holidays import public_holidays

AHEAD = timedelta(days=366)
MOST = 12


@dataclass(frozen=True)
class Off:
    """A span of days on which nobody is there. What is left of it can be taken back from `from_day` on."""

    first: date
    last: date
    from_day: date

    @property
    def may_end(self) -> bool:
        return self.from_day <= self.last


def weekend(calendar: Calendar) -> list[str]:
    return [str(dates.WEEKDAYS[number]) for number in sorted(calendar.weekend)]


def own_days(calendar: WorkCalendar, today: date) -> list[Off]:
    """Those still to come, the next first."""
    return [
        Off(first, last, max(first, today + timedelta(days=1)))
        for first, last in spans(calendar.days_off)
        if last >= today
    ]


def company_days(calendar: WorkCalendar, today: date) -> list[tuple[date, date]]:
    """When the company is closed, as a person's page says it; the company's own page has them as its own."""
    closed = company().days_off if calendar.user_id else frozenset[date]()
    return [(first, last) for first, last in spans(closed) if last >= today]


def holidays_ahead(calendar: WorkCalendar, today: date) -> list[tuple[date, str]]:
    """The next public holidays with their names."""
    own: Settings = calendar.settings
    place = own if own.country else (company() if calendar.user_id else NOTHING)
    if not place.country:
        return []
    years = (today.year, today.year + 1)
    found = [item for year in years for item in public_holidays(place.country, place.subdivision, year).items()]
    return sorted((day, name) for day, name in found if today <= day < today + AHEAD)[:MOST]
