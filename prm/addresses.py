"""Countries and websites as people type them: one check for forms, API and imports."""

import re
from functools import cache
from urllib.parse import SplitResult, urlsplit

from babel import Locale

LONGEST_WEBSITE = 500
# In the list of territories, but no country of an address: unions, test codes, uninhabited parts.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
_HOST = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63})+\.?")


@cache
def countries() -> frozenset[str]:
    """ISO 3166-1 codes and XK, which Kosovo uses until it gets one."""
    codes = map(str, Locale("en").territories)
    return frozenset(code for code in codes if len(code) == 2 and code.isalpha()) - _NO_COUNTRIES


def country_choices(locale: Locale) -> list[tuple[str, str]]:
    """Code and name in that language, by name; an empty choice first."""
    named = [(code, str(locale.territories.get(code, code))) for code in countries()]
    return [("", "—"), *sorted(named, key=lambda choice: choice[1])]


def website_host(website: str) -> str | None:
    """The host of a host name or an http(s) URL; None for anything else, such as another scheme or a login in it."""
    if len(website) > LONGEST_WEBSITE or " " in website or not website.isprintable():
        return None
    try:
        parts = urlsplit(website if "://" in website else f"http://{website}")
        return _host(parts)
    except ValueError:
        return None


def _host(parts: SplitResult) -> str | None:
    """A port that is no number is only found out when it is asked for: ValueError."""
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or parts.username is not None or parts.port == 0:
        return None
    return host if len(host) <= 253 and _HOST.fullmatch(host) else None
