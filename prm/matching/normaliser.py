"""The normal form in which companies are compared; versioned, because keys made with it are stored."""

from functools import cache, lru_cache

from babel import Locale

from prm.matching.folding import LONGEST_TEXT, as_it_looks, fold, words
from prm.matching.hosts import registrable
from prm.matching.identity import Identity, Normalised
from prm.matching.legal_forms import strip, unglue
from prm.matching.tax import tax_key

ENGINE_VERSION = 1

_LONGEST_BRACKET = 40


def normalise(identity: Identity) -> Normalised:
    country = country_code(identity.country)
    return Normalised(
        name_key=name_key(identity.name),
        domain=registrable(identity.website) or registrable(identity.email.rpartition("@")[2]),
        tax_key=tax_key(identity.tax_number, country),
        country=country,
        city_key=" ".join(words(fold(identity.city))),
        former_keys=tuple(filter(None, map(name_key, identity.former_names))),
        look_key=look_key(identity.name),
    )


def name_key(name: str) -> str:
    """Words in ASCII without legal forms and a country in brackets; empty only for a name without any letter."""
    return _name_key(name[:LONGEST_TEXT])


# An import asks twice for each: for the column and for the keys.
@lru_cache(maxsize=4096)
def _name_key(name: str) -> str:
    return _key(fold(name))


def look_key(name: str) -> str:
    """The name key of what this name looks like, when it is written with look-alike letters; else empty."""
    looks = as_it_looks(fold(name))
    return _key(looks) if looks else ""


def country_code(country: str) -> str:
    """Two capital letters, or nothing."""
    code = country[:LONGEST_TEXT].strip()
    return code.upper() if len(code) == 2 and code.isascii() and code.isalpha() else ""


def _key(folded: str) -> str:
    return " ".join(strip(words(_without_country(unglue(folded.strip())))))


def _without_country(folded: str) -> str:
    """Takes off a last bracket that holds a country: "acme (germany)"."""
    if not folded.endswith(")"):
        return folded
    rest, bracket, inside = folded[:-1].rpartition("(")
    if bracket and rest.strip() and len(inside) <= _LONGEST_BRACKET and inside.strip() in _countries():
        return rest
    return folded


@cache
def _countries() -> frozenset[str]:
    """Names in a few languages and codes of all countries, folded."""
    names = (Locale.parse(language).territories.items() for language in ("en", "de", "fr", "es", "it", "pt"))
    return frozenset(fold(text) for pairs in names for code, name in pairs if len(code) == 2 for text in (code, name))
