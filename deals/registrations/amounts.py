"""Amounts of money as people write them. What could be read in two ways is asked back, never guessed."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from prm.currencies import LARGEST, minor_digits

LONGEST = 40
# Blanks and apostrophes that only group digits, wherever they come from.
_GROUPING = re.compile("[\\s'\u2019]")
_WHOLE = re.compile(r"[0-9]{1,15}")
_MARKED = re.compile(r"(?P<whole>[0-9]{1,15})[.,](?P<part>[0-9]{1,2})")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*")
_BOTH = re.compile(
    r"(?P<whole>[1-9][0-9]{0,2}(?P<mark>[.,])[0-9]{3}(?:(?P=mark)[0-9]{3})*)(?!(?P=mark))[.,](?P<part>[0-9]{1,2})"
)


class Unclear(ValueError):
    """A sentence that says how to write it instead."""


def parse_amount(text: str, *, currency: str, symbols: frozenset[str], group_mark: str) -> Decimal:
    """The amount, with two decimals. `symbols` may stand before or after it; `group_mark` groups digits where the
    person lives, which decides what a single mark before three digits means."""
    number = _GROUPING.sub("", _bare(text.strip(), symbols))
    amount = _read(number, group_mark)
    if amount is None:
        raise Unclear(_("Write the amount as a plain number, such as 86400 or 86400.50."))
    return _checked(amount, currency)


def _bare(text: str, symbols: frozenset[str]) -> str:
    """Without the currency's own sign or code."""
    for symbol in sorted(symbols, key=len, reverse=True):
        if symbol and text.upper().startswith(symbol.upper()):
            return text[len(symbol) :]
        if symbol and text.upper().endswith(symbol.upper()):
            return text[: -len(symbol)]
    return text


def _read(number: str, group_mark: str) -> Decimal | None:
    if len(number) > LONGEST:
        return None
    if _WHOLE.fullmatch(number):
        return Decimal(number)
    if marked := _MARKED.fullmatch(number) or _BOTH.fullmatch(number):
        whole = marked["whole"].replace(".", "").replace(",", "")
        return Decimal(f"{whole}.{marked['part']}")
    if grouped := _GROUPED.fullmatch(number):
        return _read_grouped(number, grouped["mark"], group_mark)
    return None


def _read_grouped(number: str, mark: str, group_mark: str) -> Decimal:
    digits = number.replace(mark, "")
    if number.count(mark) == 1 and mark != group_mark:
        raise Unclear(_("Is that %(large)s? Write it without the mark.") % {"large": digits})
    return Decimal(digits)


def _checked(amount: Decimal, currency: str) -> Decimal:
    digits = minor_digits(currency)
    if amount != round(amount, digits):
        raise Unclear(_("%(currency)s has at most %(digits)d decimals.") % {"currency": currency, "digits": digits})
    if not 0 < amount <= LARGEST:
        raise Unclear(_("Give an amount above 0 and at most 100,000,000,000."))
    return amount.quantize(Decimal("0.01"))
