"""Public holidays, from a library, remembered year by year: a deadline asks for a day or two of one or two years."""

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

import holidays

# The language of the shipped texts; countries without it say their own.
LANGUAGE = "en_US"


@lru_cache(maxsize=1024)
def public_holidays(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Days with their names. `country` is ISO 3166-1, `subdivision` the second half of ISO 3166-2, or empty.

    Nothing for a place that the library does not know: somebody's deadline is no place for an error.
    """
    if country not in countries():
        return {}
    part = subdivision if subdivision in subdivisions(country) else None
    found = holidays.country_holidays(country, subdiv=part, years=year, language=_language(country))
    return dict(found.items())


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """Those whose public holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


@lru_cache(maxsize=256)
def subdivisions(country: str) -> dict[str, str]:
    """Codes of the parts of a country that have holidays of their own, with a name where there is one."""
    if country not in countries():
        return {}
    about = holidays.country_holidays(country)
    names: dict[str, str] = {}
    for name, code in about.subdivisions_aliases.items():
        names.setdefault(code, name)
    return {code: names.get(code, code) for code in about.subdivisions}


def _language(country: str) -> str | None:
    return LANGUAGE if LANGUAGE in holidays.country_holidays(country).supported_languages else None


@dataclass(frozen=True)
class DaysOff:
    """The public holidays of a place and some days besides; asked day by day, so that no horizon is needed."""

    country: str
    subdivision: str = ""
    own: frozenset[date] = field(default_factory=frozenset)

    def __contains__(self, day: object) -> bool:
        if day in self.own:
            return True
        return isinstance(day, date) and day in public_holidays(self.country, self.subdivision, day.year)
