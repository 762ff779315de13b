"""The normal form as it is stored: short, and read in a microsecond or two."""

import json

from prm.matching.identity import Normalised

_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().raw_decode
_EMPTY = ["", "", "", "", "", (), (), ""]


def written(form: Normalised) -> str:
    """What is empty at the end is left out."""
    parts = [
        form.name_key,
        form.country,
        form.domain,
        form.city_key,
        form.tax_key,
        form.readings,
        form.former_keys,
        form.look_key,
    ]
    while parts and not parts[-1]:
        parts.pop()
    return _encode(parts)


def name_of(text: str) -> str:
    """The name key alone, with which a form begins: words in ASCII, which JSON writes as they are."""
    return text[2:].partition('"')[0]


def read(text: str) -> Normalised:
    """The form that `written` has written."""
    known = _decode(text)[0]
    name, country, domain, city, tax, readings, former, look = known + _EMPTY[len(known) :]
    return Normalised(name, domain, tax, country, city, tuple(former), look, tuple(readings))
