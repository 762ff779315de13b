"""Tax numbers in one form, and only those that can be right."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

if TYPE_CHECKING:
    from stdnum.util import NumberValidationModule

LONGEST_NUMBER = 40
# Where a country calls its number for companies something else, or writes it with another prefix.
_KIND = {"US": "ein", "CA": "bn", "AU": "abn", "NZ": "ird", "IN": "gstin", "BR": "cnpj", "MX": "rfc", "JP": "cn"}
_PREFIX = {"EL": "GR", "XI": "GB"}


def tax_key(number: str, country: str) -> str:
    """Country and compact number; empty when it is no number, or one that its country's rules refuse.

    The country may stand before the number (DE 123 456 788) or come from the address. A country
    without rules is taken at its word when there are at least five characters.
    """
    compact = "".join(letter for letter in number[:LONGEST_NUMBER].upper() if letter.isascii() and letter.isalnum())
    if not compact:
        return ""
    prefix = _PREFIX.get(compact[:2], compact[:2])
    # Not every country's rules know the country in front of its number.
    tried = [(prefix, compact), (prefix, compact[2:]), (country, compact)]
    for place, said in tried:
        if checked := _checked(said, place):
            return place + checked
    return country + compact if _is_plausible(compact, country) else ""


def _is_plausible(compact: str, country: str) -> bool:
    """Where no rules can tell: some characters, not all of them letters."""
    return bool(country) and _rules_of(country) is None and len(compact) >= 5 and not compact.isalpha()


def _checked(compact: str, country: str) -> str:
    rules = _rules_of(country)
    if rules is None:
        return ""
    try:
        valid: str = rules.validate(compact)
    except ValidationError:
        return ""
    return valid.removeprefix(country)


@lru_cache(maxsize=512)
def _rules_of(country: str) -> NumberValidationModule | None:
    if not re.fullmatch("[A-Z]{2}", country):
        return None
    return get_cc_module(country.lower(), _KIND.get(country, "vat"))
