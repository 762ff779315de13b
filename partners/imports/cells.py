"""What stands in a cell of a workbook, as the text that a person sees there. No Django, no database."""

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache

# Formats that every spreadsheet knows by number and that show a day or a time.
DAYS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
LAST_DAY = 2_958_466
SECONDS = 86_400
# What a format says literally: quoted, escaped, in brackets, filling.
LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\[\]]*\]|[_*].')
PADDED = re.compile(r"0{2,20}")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
BREAKS = frozenset("\t\n\r")


@lru_cache(maxsize=256)
def is_day(code: str) -> bool:
    """Whether a number in this format is shown as a day or a time."""
    return not set("ymdhs").isdisjoint(LITERAL.sub("", code).lower().replace("general", ""))


def shown(raw: str, code: str, *, from_1904: bool = False) -> str:
    """A number as its format shows it, as far as customers need it: days are ISO, an id has no `.0`."""
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(number):
        return raw
    if is_day(code) and 0 <= number < LAST_DAY:
        return _day(number, from_1904)
    # Spreadsheets know 15 digits; what a computer makes of the 17th is nobody's figure.
    text = format(Decimal(f"{number:.15g}"), "f")
    return text.zfill(len(code)) if PADDED.fullmatch(code) and text.isdigit() else text


def _day(number: float, from_1904: bool) -> str:
    whole, part = divmod(round(number * SECONDS), SECONDS)
    if not whole and part:
        return f"{timedelta(seconds=part)!s:0>8}"
    # The older count of days has a 29 February 1900, which no calendar had.
    first = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if whole >= 60 else 31)  # noqa: DTZ001 - a workbook knows no zones
    moment = first + timedelta(days=whole, seconds=part)
    return moment.isoformat(sep=" ") if part else moment.date().isoformat()


def unescaped(text: str) -> str:
    """Workbooks spell characters that XML cannot hold as `_x000D_`. Those that are no text stay spelled."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character.isprintable() or character in BREAKS else found[0]
