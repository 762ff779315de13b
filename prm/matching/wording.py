"""What a name says: its words by meaning, how much each tells, and the short forms that people make of it."""

from functools import lru_cache
from typing import NamedTuple

from prm.matching.frequencies import weight
from prm.matching.lexicon import LITTLE_WORDS, meanings

MOST_WORDS = 40


class Wording(NamedTuple):
    """`words` are the meanings in their order, little words left out, `joined` all of them as one; `compact` is the
    name without spaces. `weights` hold each word, the rarest first, in an order that depends on nothing but them.
    """

    name: str
    words: tuple[str, ...]
    compact: str
    joined: str
    sorted: str
    weights: dict[str, float]
    acronyms: frozenset[str]

    @property
    def telling(self) -> float:
        return sum(self.weights.values())


@lru_cache(maxsize=16_384)
def wording(name: str) -> Wording:
    """`name` as the normaliser makes it: words in ASCII, parted by spaces."""
    said = name.split()[:MOST_WORDS]
    known = meanings()
    big = [word for word in said if word not in LITTLE_WORDS] or said
    words = tuple(dict.fromkeys([known.get(word, word) for word in big]))
    ordered = sorted(words)
    weights = dict(sorted([(word, weight(word)) for word in ordered], key=_rarity, reverse=True))
    initials = {"".join([word[0] for word in chosen]) for chosen in (said, big) if 2 < len(chosen) <= 14}
    return Wording(name, words, name.replace(" ", ""), "".join(words), " ".join(ordered), weights, frozenset(initials))


def _rarity(pair: tuple[str, float]) -> float:
    return pair[1]


_SOUNDS = str.maketrans({"c": "k", "q": "k", "y": "i", "j": "i", "w": "v", "z": "s"})
_PAIRS = (("ph", "f"), ("ch", "k"), ("th", "t"), ("oe", "o"), ("ae", "e"))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word as it sounds, so that it meets its cousin in another language: geodetic, geodetski."""
    for letters, sound in _PAIRS:
        word = word.replace(letters, sound)
    return word.translate(_SOUNDS)
