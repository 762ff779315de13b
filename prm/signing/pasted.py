"""Reading what somebody pasted or sent: compact receipts by themselves, a list of them, or a whole file of ours."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 256_000
MOST_STEPS = 100


class NotReadable(ValueError):
    """A sentence that says what is wrong with the text."""


@dataclass(frozen=True)
class Pasted:
    """`ways` are the root's statement and the path of a step, by its place among `texts`."""

    texts: list[str] = field(default_factory=list)
    ways: dict[int, tuple[str, list[Any]]] = field(default_factory=dict)


def read(text: str) -> Pasted:
    """Raises NotReadable."""
    text = text.strip()
    found = Pasted()
    if text[:1] in ("{", "["):
        _add(found, _parsed(text))
    else:
        found.texts.extend(text.split())
    if not found.texts:
        raise NotReadable(_("There is no receipt in it. Paste the text of the receipt, or send the file."))
    if len(found.texts) > MOST_STEPS:
        raise NotReadable(_("These are more than %(most)s steps. Check fewer at a time.") % {"most": MOST_STEPS})
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable(_("This begins like JSON and is none. Copy all of it.")) from error


def _add(found: Pasted, value: Any, depth: int = 0) -> None:
    """Lists of receipts, files, and lists of files."""
    match value:
        case str():
            found.texts.extend(value.split())
        case list() if depth < 3:
            for one in value:
                _add(found, one, depth + 1)
        case {"receipt": list() as texts}:
            first = len(found.texts)
            _add(found, texts, depth + 1)
            _add_ways(found, value.get("inclusion"), range(first, len(found.texts)))
        case _:
            raise NotReadable(_("This is JSON, and no receipt: a receipt is a list of texts."))


def _add_ways(found: Pasted, inclusion: Any, places: Iterable[int]) -> None:
    if isinstance(inclusion, list):
        for place, entry in zip(places, inclusion, strict=False):
            match entry:
                case {"root": str() as root, "path": list() as path}:
                    found.ways[place] = (root, path)
