"""What a name says: its words by meaning, how much each tells, and the short forms that people make of it."""

from dataclasses import dataclass
from functools import cached_property, lru_cache

from prm.matching.frequencies import weight
from prm.matching.lexicon import LITTLE_WORDS, meanings

MOST_WORDS = 40


@dataclass(frozen=True)
class Wording:
    """`words` are the meanings in their order, little words left out; `compact` is the name without spaces."""

    name: str
    words: tuple[str, ...]
    compact: str
    acronyms: frozenset[str]

    @cached_property
    def weights(self) -> dict[str, float]:
        return {word: weight(word) for word in self.words}

    @cached_property
    def telling(self) -> float:
        return sum(self.weights.values())

    @cached_property
    def sorted(self) -> str:
        return " ".join(sorted(set(self.words)))

    @cached_property
    def joined(self) -> str:
        return "".join(self.words)


@lru_cache(maxsize=16_384)
def wording(name: str) -> Wording:
    """`name` as the normaliser makes it: words in ASCII, parted by spaces."""
    said = name.split()[:MOST_WORDS]
    known = meanings()
    big = [word for word in said if word not in LITTLE_WORDS] or said
    words = tuple(dict.fromkeys(known.get(word, word) for word in big))
    initials = {"".join(word[0] for word in chosen) for chosen in (said, big) if 2 < len(chosen) <= 14}
    return Wording(name, words, name.replace(" ", ""), frozenset(initials))


_SOUNDS = str.maketrans({"c": "k", "q": "k", "y": "i", "j": "i", "w": "v", "z": "s"})
_PAIRS = (("ph", "f"), ("ch", "k"), ("th", "t"), ("oe", "o"), ("ae", "e"))


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """A word as it sounds, so that it meets its cousin in another language: geodetic, geodetski."""
    for letters, sound in _PAIRS:
        word = word.replace(letters, sound)
    return word.translate(_SOUNDS)
