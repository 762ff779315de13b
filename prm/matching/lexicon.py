"""Words that mean the same in names of organisations: abbreviations, other languages, other scripts.

Both lists are our own, and part of the engine's version: another list makes other keys.
"""

import re
from functools import cache
from pathlib import Path

from prm.matching.folding import fold

_DATA = Path(__file__).parent / "data"
_LITTLE_WORDS = """
    the of and for in at on to a an as by with de del dela della delle dell di da do das dos des du d l la le les lo
    il el los las en et e y i u v ve und oder fuer der die das den dem von vom zu zur zum im am van voor het een aan
    per pour par sur sobre para por con com na nad pri za ob pro och foer i og for til w z do ta tis tou kai dan bin
    al ul un une eta degli dei nel nella alla allo aux au est sa su
"""
LITTLE_WORDS = frozenset(_LITTLE_WORDS.split())


def _lines(name: str) -> list[str]:
    text = (_DATA / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@cache
def meanings() -> dict[str, str]:
    """Each known word and the one by which it is compared: universidad and univ are university."""
    found: dict[str, str] = {}
    for line in _lines("words.txt"):
        meaning, *spellings = line.split()
        found |= dict.fromkeys([meaning, *spellings], meaning)
    return found


def translated(folded: str) -> str:
    """A folded text with the words of other scripts in place of what they are there; itself when there are none."""
    if folded.isascii():
        return folded
    known, pattern = _scripts()
    return pattern.sub(lambda found: f" {known[found[0]]} ", folded)


@cache
def _scripts() -> tuple[dict[str, str], re.Pattern[str]]:
    known: dict[str, str] = {}
    for line in _lines("scripts.txt"):
        cut = next((at for at, letter in enumerate(line) if letter == " " and line[at + 1 :].isascii()), len(line))
        known[fold(line[:cut])] = line[cut + 1 :]
    return known, re.compile("|".join(map(re.escape, sorted(known, key=lambda word: -len(word)))))
