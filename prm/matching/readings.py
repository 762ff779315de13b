"""The other names in a name as people type it: "A d/b/a B", "A (formerly B)", "ABC - A B C", "A, Dept. of X"."""

import re

# What stands before and behind is a name of its own. Word boundaries on both sides, no nesting: one pass.
_ALSO = re.compile(
    r"(?<!\w)(?:a(?:[./]?k[./]?a|lso known as|nciennement)|d(?:[./]?b[./]?a|oing business as)|ehemals|"
    r"f(?:[./]?k[./]?a|ormerly(?: known as)?|rueher|rüher)|previously|t/a|trading as|vormals)\b\.?"
)
_BRACKETS = re.compile(r"[(\[{«“\"]([^()\[\]{}«»“”\"]{2,80})[)\]}»”\"]")
_PARTS = re.compile(r"\s[-–—|/]\s|[:;|–—,]\s|\s[-–—|]|[,;|/]\s*")
MOST = 6


def readings(folded: str) -> list[str]:
    """Further readings of a folded name, without the name itself; at most `MOST`."""
    found = [*_parted(_ALSO, folded), *_bracketed(folded)]
    first, *rest = _parted(_PARTS, found[0] if found else folded) or [""]
    found += [first, *rest[-1:]]
    return [each for each in dict.fromkeys(map(_trimmed, found)) if len(each) > 1 and each != folded][:MOST]


def _parted(by: re.Pattern[str], folded: str) -> list[str]:
    """What stands before, between and behind; nothing when nothing parts the text."""
    parts = by.split(folded)
    return [part for part in parts if part.strip()] if len(parts) > 1 else []


def _bracketed(folded: str) -> list[str]:
    """The name without its brackets, and what is in them."""
    inside = _BRACKETS.findall(folded)
    return [_BRACKETS.sub(" ", folded), *inside] if inside else []


def _trimmed(part: str) -> str:
    return part.strip(" ()[]-,;:")
