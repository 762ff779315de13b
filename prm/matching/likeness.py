"""How alike two names are, by words and by letters. Symmetric: it does not matter which of the two is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from rapidfuzz import fuzz

from prm.matching.identity import Normalised
from prm.matching.wording import Wording, stem

# More names of one record, or more unmatched words of one name, are not compared with one another.
MOST_NAMES = 8
_MOST_ODD_WORDS = 12
# Two words are one, mistyped, from this share of common letters on.
_MISTYPED = 0.75
# A cousin in another language, or a word cut short.
_COUSIN = 0.6
# From here on a word tells whom a name means.
TELLING = 5


@dataclass(frozen=True)
class Likeness:
    """All 0 to 1 but `told`: how much the words tell that both have, and `acronym`: the letters of one that fits."""

    same_words: bool = False
    same_reading: bool = False
    words: float = 0.0
    told: float = 0.0
    odd: bool = False
    letters: float = 0.0
    contained: float = 0.0
    acronym: int = 0


class Shared(NamedTuple):
    """What two names have in common, in weights of words: `share` of both, `part` of the smaller."""

    share: float
    part: float
    told: float
    odd: bool


def likeness(a: Normalised, b: Normalised) -> Likeness:
    """The most that any two of their names and readings have in common."""
    ours, theirs = _wordings(a), _wordings(b)
    if not ours or not theirs:
        return Likeness()
    pairs = list(product(ours, theirs))
    mains = pairs
    if a.readings or b.readings:
        mains = list(product(ours[: len(a.names)], theirs[: len(b.names)]))
    shared = [_shared(x, y) for x, y in pairs]
    best = max(shared, key=_most)
    return Likeness(
        same_words=any(x.sorted == y.sorted for x, y in mains),
        same_reading=any(x.sorted == y.sorted or x.compact == y.compact for x, y in pairs),
        words=best.share,
        told=best.told,
        odd=best.odd,
        letters=max([fuzz.ratio(x.joined, y.joined) / 100 for x, y in mains], default=0.0),
        contained=max([each.part for each in shared if each.told > TELLING + 1], default=0.0),
        acronym=max([_acronym(x, y) for x, y in pairs]),
    )


def _wordings(normalised: Normalised) -> tuple[Wording, ...]:
    known = len(normalised.names)
    if known <= MOST_NAMES:
        return normalised.wordings
    return normalised.wordings[:MOST_NAMES] + normalised.wordings[known:]


def _acronym(x: Wording, y: Wording) -> int:
    """The letters of the one that is the other's initials."""
    return max(len(x.compact) * (x.compact in y.acronyms), len(y.compact) * (y.compact in x.acronyms))


def _most(shared: Shared) -> tuple[float, float, bool]:
    return shared.share, shared.told, not shared.odd


def _shared(x: Wording, y: Wording) -> Shared:
    both = x.weights.keys() & y.weights.keys()
    told = sum([x.weights[word] for word in both])
    ours = {word: weight for word, weight in x.weights.items() if word not in both}
    theirs = {word: weight for word, weight in y.weights.items() if word not in both}
    # A mistyped word counts as the known one: what it tells is the less of both.
    matched = told
    for likely, one, other in _alike(ours, theirs):
        weight = min(ours.pop(one), theirs.pop(other))
        told += weight * likely
        matched += weight
    mine, yours = sum(ours.values()) + matched, sum(theirs.values()) + matched
    odd = bool(ours and theirs) and min(max(ours.values()), max(theirs.values())) > TELLING
    return Shared(2 * told / ((mine + yours) or 1), told / (min(mine, yours) or 1), told, odd)


def _alike(ours: Iterable[str], theirs: Iterable[str]) -> list[tuple[float, str, str]]:
    """Pairs of words that mean the same though spelt otherwise; each word once, the likeliest first."""
    left, right = list(ours)[:_MOST_ODD_WORDS], list(theirs)[:_MOST_ODD_WORDS]
    pairs = [
        (likely, x, y)
        for x in left
        for y in right
        if (x[0] == y[0] or x[-1] == y[-1]) and (likely := _word_likeness(x, y))
    ]
    return _once(pairs) if len(pairs) > 1 else pairs


def _once(pairs: list[tuple[float, str, str]]) -> list[tuple[float, str, str]]:
    used_left: set[str] = set()
    used_right: set[str] = set()
    chosen = []
    for likely, x, y in sorted(pairs, key=lambda pair: (-pair[0], min(pair[1:]), max(pair[1:]))):
        if x not in used_left and y not in used_right:
            used_left.add(x)
            used_right.add(y)
            chosen.append((likely, x, y))
    return chosen


def _word_likeness(x: str, y: str) -> float:
    """0 for two words of different meaning; they begin or end alike."""
    if len(x) < 3 or len(y) < 3:
        return 0.0
    if (letters := fuzz.ratio(x, y) / 100) >= _MISTYPED:
        return letters
    sound, other = stem(x), stem(y)
    if min(len(sound), len(other)) > 4 and sound[:4] == other[:4]:
        return max(_COUSIN, fuzz.ratio(sound, other) / 100)
    return _COUSIN if x.startswith(y) or y.startswith(x) else 0.0
