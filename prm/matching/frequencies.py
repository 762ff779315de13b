"""How common a word is in names of organisations: a shipped table, so that keys are the same everywhere."""

from functools import cache, lru_cache
from math import log
from pathlib import Path

_TABLE = Path(__file__).parent / "data" / "frequencies.txt"
# A word that the table does not know is rarer than its rarest.
UNKNOWN = 1.5


@cache
def _table() -> tuple[int, dict[str, int]]:
    """Number of names counted, and in how many of them each word was."""
    lines = [line.split() for line in _TABLE.read_text(encoding="ascii").splitlines() if not line.startswith("#")]
    return int(lines[0][1]), {word: int(count) for word, count in lines[1:]}


def share(word: str) -> float:
    """In which part of all names the word is, 0 to 1."""
    total, counts = _table()
    return counts.get(word, UNKNOWN) / total


@lru_cache(maxsize=16_384)
def weight(word: str) -> float:
    """How much it tells that two names have this word: the logarithm of its rarity, less for one or two letters."""
    told = log(1 / share(word))
    return told * (0.6 if len(word) < 3 else 1)
