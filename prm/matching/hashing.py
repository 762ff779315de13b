"""Match keys: hashes that two records share whenever a rule could fire for them.

More is asked than is stored: a misspelt name is looked for in many ways, but each record is found by few. Whoever
shares a key with another is found from one side at least, and what is asked holds all that is stored.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache
from zlib import crc32

from prm.matching.frequencies import share
from prm.matching.identity import Normalised
from prm.matching.wording import Wording, stem, wording

# Words of more names than this lead to everybody: they are no keys, and nobody waits for a lock of them.
COMMON = 0.005
# Beginnings of words may be of more names, as the country stands beside them.
COMMON_STEM = 0.01
# Two words that few have find a name with a mistake in a third; below that its ends are stored as well.
_RARE = 0.002
# First and last letters of what is the name's own, for lengths from, below: one mistake leaves one of them intact.
_EDGES = ((5, 6, 12), (6, 11, 500))
_LONGEST_ACRONYM = 5
_BITS = 4
_MASK = (1 << _BITS) - 1


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
    Kind.PLACE: 4,
    Kind.STEM: 2,
}

# What may decide alone.
STRONG = frozenset({Kind.TAX, Kind.DOMAIN, Kind.NAME})

Value = tuple[Kind, str]


def keys(normalised: Normalised) -> frozenset[int]:
    """All that is asked for, and locked: signed 32-bit. They hold `stored_keys`.

    Names are hashed without spaces, so "Muller Logistik" and "Mullerlogistik" meet. A name of look-alike letters
    shares the names' kind: it must meet the name it pretends to be.
    """
    return _hashed(asked_values(normalised)) | stored_keys(normalised)


def stored_keys(normalised: Normalised) -> frozenset[int]:
    """Those under which the record is found."""
    return _hashed(stored_values(normalised))


def strong_keys(normalised: Normalised) -> frozenset[int]:
    """Those of the name, the domain and the tax number: while they are the same, so is the company."""
    return frozenset(key for key in stored_keys(normalised) if kind_of(key) in STRONG)


def kind_of(key: int) -> int:
    """One of `Kind` for a key of `keys`."""
    return key & _MASK


def worth_of(key: int) -> int:
    """How much it says that somebody shares this key, in ranking alone."""
    return WORTH.get(key & _MASK, 1)


@cache
def salt(source: str) -> int:
    """What turns the keys of a source (`key ^ salt`), so that those of one are read without the others'."""
    return _signed(crc32(source.encode()) & ~_MASK)


def meet(a: Normalised, b: Normalised) -> bool:
    """Whether one of the two is found by what is asked about the other."""
    ours, theirs = stored_keys(a), stored_keys(b)
    return not (ours.isdisjoint(theirs) and ours.isdisjoint(keys(b)) and theirs.isdisjoint(keys(a)))


def stored_values(normalised: Normalised) -> Iterator[Value]:
    """The keys of a record before they are hashed; some of them twice, some of them empty."""
    names = _names(normalised)
    yield Kind.TAX, normalised.tax_key
    yield Kind.DOMAIN, normalised.domain
    if normalised.brand not in normalised.compacts:
        yield Kind.SHORT, _brand(normalised)
    for name in names:
        said = wording(name)
        yield Kind.NAME, said.compact
        # A name of one word is found by its name.
        if said.sorted != said.compact:
            yield Kind.WORDS, said.sorted
        yield from _as_short(Kind.SHORT, said)
        rare = rarest(said)
        if len([word for word in rare if share(word) < _RARE]) < 2:
            yield from _edges(said)
        yield from _of_words(said, rare[:2], normalised)
        yield from _stems(said, normalised, 2)
    for reading in normalised.readings:
        said = wording(reading)
        yield Kind.WORDS, said.sorted
        yield from _of_words(said, rarest(said)[:2], normalised)


def asked_values(normalised: Normalised) -> Iterator[Value]:
    """What is looked for beside `stored_values`."""
    brand = _brand(normalised)
    yield Kind.SHORT, brand
    yield Kind.NAME, brand
    for name in (*_names(normalised), *normalised.readings):
        said = wording(name)
        yield Kind.NAME, said.compact
        yield Kind.WORDS, said.sorted
        if len(said.words) == 1:
            yield Kind.NAME, said.sorted
        yield Kind.SHORT, said.joined
        yield Kind.SHORT, said.compact
        yield from _as_short(Kind.SHORT, said)
        yield from _as_short(Kind.NAME, said)
        yield from _of_words(said, rarest(said)[:3], normalised)
        yield from _stems(said, normalised, 3)


def _names(normalised: Normalised) -> tuple[str, ...]:
    look = normalised.look_key
    return (*normalised.names, look) if look else normalised.names


def _brand(normalised: Normalised) -> str:
    return normalised.brand if len(normalised.brand) > 2 else ""


def _as_short(kind: Kind, said: Wording) -> Iterator[Value]:
    return ((kind, short) for short in said.acronyms if len(short) <= _LONGEST_ACRONYM)


def _of_words(said: Wording, rare: list[str], normalised: Normalised) -> Iterator[Value]:
    for word in rare:
        yield Kind.TOKEN, word
    if normalised.city_key:
        yield from ((Kind.PLACE, f"{normalised.city_key}/{word}") for word in common(said))


def _stems(said: Wording, normalised: Normalised, most: int) -> Iterator[Value]:
    """Beginnings as they sound: a cousin in another language has the same one."""
    if normalised.country:
        telling = [word for word in said.weights if len(word) > 4 and share(word) <= COMMON_STEM]
        yield from ((Kind.STEM, normalised.country + stem(word)[:5]) for word in telling[:most])


def _edges(said: Wording) -> Iterator[Value]:
    own = "".join(word for word in said.words if share(word) <= 2 * COMMON) or said.joined
    for length, shortest, longest in _EDGES:
        if shortest <= len(own) < longest:
            yield Kind.EDGE, own[:length] + "-"
            yield Kind.EDGE, "-" + own[-length:]


def rarest(said: Wording) -> list[str]:
    """Words that lead to somebody, the rarest first."""
    return [word for word in said.weights if share(word) <= COMMON]


def common(said: Wording) -> list[str]:
    """The words that many have but fewest of those: with a city they lead to somebody."""
    return sorted(said.words, key=lambda word: (abs(share(word) - 0.05), word))[:3]


def _hashed(values: Iterable[Value]) -> frozenset[int]:
    return frozenset(_signed(crc32(value.encode(), kind) & ~_MASK | kind) for kind, value in values if value)


def _signed(number: int) -> int:
    """The 32 bits as PostgreSQL's integer reads them."""
    return number - (1 << 32) if number >> 31 else number
