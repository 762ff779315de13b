"""JSON, and nothing that only resembles it."""

import json
import math
import re
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from prm.api.text import is_clean_body

DEEPEST = 20
LONGEST_NUMBER = 15
LONGEST_LITERAL = 40

# Strings are taken whole, so that brackets inside them do not count; it never fails, so it never goes back.
_STRING_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


class StrictJSONParser(BaseParser):
    """An object in UTF-8; another charset was refused at the boundary.

    An empty body is an empty object, so that verbs without fields need none.
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], _media_type: str | None = None, _context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return parse(stream.read())


class FileParser(BaseParser):
    """A file as it is: `content`. A subclass names its media type; the boundary has bounded its length."""

    def parse(
        self, stream: IO[Any], _media_type: str | None = None, _context: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        return {"content": stream.read()}


def parse(raw: bytes) -> dict[str, Any]:
    """The object in `raw`; ParseError for everything that is not one, however hostile."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        _refuse(_("The body is not valid UTF-8."))
    if not text.strip():
        return {}
    _check_depth(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_constant,
        )
    except ValueError:
        _refuse(_("The body is not valid JSON."))
    if not isinstance(value, dict):
        _refuse(_("The body must be a JSON object."))
    _check_texts(value)
    return value


def _refuse(sentence: str) -> NoReturn:
    raise ParseError(sentence)


def _check_depth(text: str) -> None:
    """Counted before parsing, because the parser itself is recursive."""
    depth = 0
    for token in _STRING_OR_BRACKET.finditer(text):
        if token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth -= 1
        if depth > DEEPEST:
            _refuse(_("The body is nested too deeply."))


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse(_("A name occurs twice in one object."))
    return found


def _integer(literal: str) -> int:
    if len(literal.lstrip("-")) > LONGEST_NUMBER:
        _refuse(_("A number is too large."))
    return int(literal)


def _number(literal: str) -> float:
    number = float(literal) if len(literal) <= LONGEST_LITERAL else math.inf
    if math.isinf(number):
        _refuse(_("A number is too large."))
    return number


def _constant(literal: str) -> NoReturn:
    _refuse(_("%(literal)s is not JSON.") % {"literal": literal})


def _check_texts(value: Any) -> None:
    """Names and texts at any depth; the depth is bounded already."""
    if isinstance(value, str):
        if not is_clean_body(value):
            _refuse(_("The body contains characters that are not text."))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_texts(name)
            _check_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_texts(inner)
