"""Match keys: hashes that two records share whenever a rule could fire for them."""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from hashlib import blake2b

from prm.matching.frequencies import share, weight
from prm.matching.identity import Normalised
from prm.matching.wording import Wording, stem, wording

# Rarer words lead to somebody; a word of every twentieth name leads to everybody.
COMMON = 0.05
# First and last letters of what is the name's own, for lengths from, below: one mistake leaves one of them intact.
_EDGES = ((5, 6, 12), (6, 11, 500))
_BITS = 4


class Kind(IntEnum):
    """What a key was made of; kept in its lowest bits, so that who reads keys knows what they are worth."""

    TAX = 1
    DOMAIN = 2
    NAME = 3
    WORDS = 4
    SHORT = 5
    TOKEN = 6
    EDGE = 7
    PLACE = 8
    STEM = 9


WORTH: dict[int, int] = {
    Kind.TAX: 9,
    Kind.DOMAIN: 7,
    Kind.NAME: 8,
    Kind.WORDS: 8,
    Kind.SHORT: 5,
    Kind.TOKEN: 3,
    Kind.EDGE: 2,
    Kind.PLACE: 2,
    Kind.STEM: 2,
}

# What may decide alone.
STRONG = frozenset({Kind.TAX, Kind.DOMAIN, Kind.NAME})

Value = tuple[Kind, str]


def keys(normalised: Normalised) -> frozenset[int]:
    """Signed 64-bit. Names are hashed without spaces, so "Muller Logistik" and "Mullerlogistik" meet.

    A name of look-alike letters shares the names' kind: it must meet the name it pretends to be.
    """
    return frozenset(_key(kind, value) for kind, value in key_values(normalised))


def strong_keys(normalised: Normalised) -> frozenset[int]:
    """Those of the name, the domain and the tax number: while they are the same, so is the company."""
    return frozenset(key for key in keys(normalised) if kind_of(key) in STRONG)


def kind_of(key: int) -> int:
    """One of `Kind` for a key of `keys`."""
    return key & (1 << _BITS) - 1


def worth_of(key: int) -> int:
    """How much it says that somebody shares this key, in ranking alone."""
    return WORTH.get(kind_of(key), 1)


@lru_cache(maxsize=8192)
def key_values(normalised: Normalised) -> frozenset[Value]:
    """The keys before they are hashed."""
    return frozenset((kind, value) for kind, value in _values(normalised) if value)


def _values(normalised: Normalised) -> Iterator[Value]:
    yield Kind.TAX, normalised.tax_key
    yield Kind.DOMAIN, normalised.domain
    yield Kind.SHORT, normalised.brand if len(normalised.brand) > 2 else ""
    for name in (*normalised.names, normalised.look_key):
        yield Kind.NAME, name.replace(" ", "")
    names = [*normalised.names, normalised.look_key, *normalised.readings]
    for said in map(wording, filter(None, names)):
        yield from _of_wording(said, normalised)


def _of_wording(said: Wording, normalised: Normalised) -> Iterator[Value]:
    yield Kind.WORDS, said.sorted
    yield Kind.SHORT, said.joined
    yield Kind.SHORT, said.compact
    yield from ((Kind.SHORT, short) for short in said.acronyms)
    rare = rarest(said.words)
    yield from ((Kind.TOKEN, word) for word in rare)
    yield from _edges(said)
    if normalised.country:
        yield from ((Kind.STEM, normalised.country + stem(word)[:4]) for word in rare if len(word) > 4)
    if normalised.city_key:
        yield from ((Kind.PLACE, f"{normalised.city_key}/{word}") for word in common(said.words))


def _edges(said: Wording) -> Iterator[Value]:
    own = "".join(word for word in said.words if share(word) <= COMMON / 5) or said.joined
    for length, shortest, longest in _EDGES:
        if shortest <= len(own) < longest:
            yield Kind.EDGE, own[:length] + "-"
            yield Kind.EDGE, "-" + own[-length:]


def rarest(words: Iterable[str], most: int = 3) -> list[str]:
    """Words that lead to somebody, the rarest first, in an order that depends on nothing but them."""
    return sorted((word for word in words if share(word) <= COMMON), key=lambda word: (-weight(word), word))[:most]


def common(words: Iterable[str], most: int = 3) -> list[str]:
    """The words that many have but fewest of those: with a city they lead to somebody."""
    return sorted(words, key=lambda word: (abs(share(word) - 0.05), word))[:most]


def _key(kind: Kind, value: str) -> int:
    hashed = int.from_bytes(blake2b(f"{kind}:{value}".encode(), digest_size=8).digest(), "big", signed=True)
    return hashed >> _BITS << _BITS | kind
