"""The normal form in which companies are compared; versioned, because keys made with it are stored."""

from functools import cache, lru_cache

from babel import Locale

from prm.matching.folding import LONGEST_TEXT, as_it_looks, fold, words
from prm.matching.hosts import registrable
from prm.matching.identity import Identity, Normalised
from prm.matching.legal_forms import is_form, strip, unglue
from prm.matching.lexicon import translated
from prm.matching.readings import MOST, readings
from prm.matching.tax import tax_key
from prm.matching.wording import wording

ENGINE_VERSION = 2

_LONGEST_BRACKET = 40
# What the words of a reading must tell to be somebody's name.
_TELLING = 7.5


def normalise(identity: Identity) -> Normalised:
    country = country_code(identity.country)
    city = " ".join(words(fold(identity.city)))
    return Normalised(
        name_key=name_key(identity.name),
        domain=registrable(identity.website) or registrable(identity.email.rpartition("@")[2]),
        tax_key=tax_key(identity.tax_number, country),
        country=country,
        city_key=city,
        former_keys=tuple(filter(None, map(name_key, identity.former_names))),
        look_key=look_key(identity.name),
        readings=tuple(reading for reading in reading_keys(identity.name) if reading != city),
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


def reading_keys(name: str) -> tuple[str, ...]:
    """Keys of what else the name can mean, the name key itself left out."""
    return _reading_keys(name[:LONGEST_TEXT])


@lru_cache(maxsize=4096)
def _reading_keys(name: str) -> tuple[str, ...]:
    folded = fold(name)
    key = _key(folded)
    english = translated(folded)
    meant = [_key(english)] if english != folded else []
    found = [_key(each) for each in readings(english)]
    found += [shorter for each in (key, *meant, *found[:2]) if (shorter := without_additions(each)) != each]
    telling = filter(_names_somebody, found)
    return tuple(each for each in dict.fromkeys((*meant, *telling)) if each and each != key)[:MOST]


def _names_somebody(key: str) -> bool:
    """A country, a legal form or "institute" in brackets is not another name."""
    return wording(key).telling > _TELLING and key.replace(" ", "") not in _country_words() and not is_form(key)


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


# What organisations add to their name for a branch; taken off, the name of the whole remains.
_ADDED_WORDS = """
    group groupe gruppe grupo holding holdings global international worldwide europe emea asia apac america americas
    usa uk uae technologies
"""
_ADDITIONS = frozenset(_ADDED_WORDS.split())


def without_additions(key: str) -> str:
    """The name key without countries and words of branches at its end: "acme australia" is "acme"."""
    said = key.split()
    while length := _addition(said):
        said = list(strip(tuple(said[:-length])))
    return " ".join(said)


def _addition(said: list[str]) -> int:
    """How many words at the end are an addition; what remains is never empty."""
    known = _country_words()
    if len(said) > 1 and (said[-1] in _ADDITIONS or said[-1] in known):
        return 1
    return 2 if len(said) > 2 and "".join(said[-2:]) in known else 0


@cache
def _country_words() -> frozenset[str]:
    return frozenset("".join(words(name)) for name in _countries() if len(name) > 3) | {"brasil"}
