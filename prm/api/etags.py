"""Strong entity tags: `"<version>.<digest>"`.

The version is the noun's own and is what If-Match compares. The digest is of the answer as shown, so that
two roles, or a state that follows from the clock, never share a tag.
"""

import hashlib
import re

from rest_framework.exceptions import APIException, ParseError

_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
LONGEST_HEADER = 1000


class PreconditionFailed(APIException):
    status_code = 412
    default_code = "precondition_failed"


def tag_of(version: object, rendered: bytes) -> str:
    return f'"{version}.{hashlib.sha256(rendered).hexdigest()[:16]}"'


def tags_in(header: str) -> list[tuple[bool, str]]:
    """(is weak, tag) for each tag of an If-Match or If-None-Match header. Raises ParseError for anything else."""
    parts = [part.strip() for part in header[:LONGEST_HEADER].split(",")]
    found = [_TAG.fullmatch(part) for part in parts]
    if len(header) > LONGEST_HEADER or not all(found):
        raise ParseError
    return [(match[1] is not None, match[2]) for match in found if match]


def allows_change(header: str, version: object) -> bool:
    """If-Match: one of the strong tags carries the present version."""
    if header.strip() == "*":
        return True
    return any(not weak and tag.rpartition(".")[0] == str(version) for weak, tag in tags_in(header))


def is_unchanged(header: str, tag: str) -> bool:
    """If-None-Match: the reader has this very answer already."""
    if header.strip() == "*":
        return True
    return any(f'"{known}"' == tag for _weak, known in tags_in(header))
