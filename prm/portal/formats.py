"""Dates, times and money as the person reads them: in the own zone and the own locale."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta
from babel.numbers import format_compact_currency, format_currency, format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language

DEFAULT = Locale.parse("en_GB")
# The ways of writing dates and numbers a person can choose between.
OFFERED = (
    *("en_GB", "en_US", "da", "de", "de_AT", "de_CH", "es", "fi", "fr", "fr_CH"),
    *("it", "nl", "nb", "pl", "pt", "pt_BR", "sv"),
)

_locale: ContextVar[Locale] = ContextVar("locale", default=DEFAULT)


def locale_of(code: str) -> Locale:
    """The locale of that code; the default for an empty or unknown one."""
    try:
        return Locale.parse(code) if code else DEFAULT
    except (UnknownLocaleError, ValueError):
        return DEFAULT


def sample(code: str) -> str:
    """What a person chooses a way of writing by: `Deutsch (Österreich) · 31.12.26 · € 1.234,50`."""
    locale = locale_of(code)
    name = locale.display_name or code
    written = format_date(date(2026, 12, 31), "short", locale=locale)
    return f"{name[0].upper()}{name[1:]} · {written} · {format_currency(1234.5, 'EUR', locale=locale)}"


@contextmanager
def written_for(code: str) -> Iterator[None]:
    token = _locale.set(locale_of(code))
    try:
        yield
    finally:
        _locale.reset(token)


def current() -> Locale:
    return _locale.get()


def money(amount: Decimal | int, currency: str) -> str:
    """`€86,400`; decimals only when there are any."""
    if amount != int(amount):
        return format_currency(amount, currency, locale=current())
    pattern: str = current().currency_formats["standard"].pattern.replace("0.00", "0")
    return format_currency(amount, currency, pattern, locale=current(), currency_digits=False)


def short_money(amount: Decimal | int, currency: str) -> str:
    """`€412.3K`, for figures that are read at a glance."""
    value = Decimal(amount)
    if abs(value) < 10_000:
        return money(round(value), currency)
    # To a tenth of what it will be counted in, so that 999,950 is a million and not a thousand thousands.
    step = Decimal(10) ** (value.adjusted() // 3 * 3 - 1)
    rounded = round(value / step) * step
    if abs(rounded) < 1_000_000 and not _shortens_thousands():
        return money(round(value), currency)
    return format_compact_currency(rounded, currency, locale=current(), fraction_digits=1)


def _shortens_thousands() -> bool:
    """Not every language has a word for them that is short."""
    pattern: str = current().compact_currency_formats["short"]["other"]["10000"].pattern
    return pattern != "0"


def number(value: Decimal | int | float) -> str:
    return format_decimal(value, locale=current())


def percent(share: Decimal | float) -> str:
    """A share of 0..1 as per cent without decimals."""
    return format_percent(share, locale=current())


def rate(share: Decimal) -> str:
    """A share of 0..1 as per cent with the decimals that it has, two at most: `12.5%`."""
    pattern: str = current().percent_formats[None].pattern.replace("#,##0", "0.##")
    return format_percent(share, format=pattern, locale=current())


def day(value: date) -> str:
    """`Tue 24 Nov`, with the year when it is another one."""
    return _dated(value.date() if isinstance(value, datetime) else value)


def moment(value: datetime) -> str:
    """`Tue 24 Nov, 10:40` on the clock of the person."""
    local = timezone.localtime(value)
    return f"{_dated(local.date())}, {format_time(local.time(), 'short', locale=current())}"


def dated(value: datetime) -> str:
    """`24 Nov 2026, 10:40`: with the year, for what outlives it."""
    local, locale = timezone.localtime(value), current()
    return f"{format_date(local.date(), 'medium', locale=locale)}, {format_time(local.time(), 'short', locale=locale)}"


def month(value: date) -> str:
    """`October 2026`, of a day, or of a moment as its own clock shows it."""
    day = value.date() if isinstance(value, datetime) else value
    text: str = format_skeleton("yMMMM", day, locale=current())
    return text


def ago(value: datetime, now: datetime) -> str:
    """`3 hours ago`, `in 4 days`: a phrase, so in the language of the page."""
    return format_timedelta(value - now, add_direction=True, locale=language())


def country(code: str) -> str:
    """The country's name in the language of the page."""
    name: str = language().territories.get(code.upper(), code)
    return name


def language() -> Locale:
    return locale_of((get_language() or "").replace("-", "_"))


def _dated(value: date) -> str:
    if value.year == timezone.localdate().year:
        return format_skeleton("MMMEd", value, locale=current())
    return format_date(value, "medium", locale=current())
