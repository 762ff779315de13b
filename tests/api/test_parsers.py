"""Bodies that no verb should ever see."""

from typing import Any

import pytest
from rest_framework.exceptions import ParseError

from prm.api.parsers import DEEPEST, parse


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"", {}),
        (b" \r\n\t ", {}),
        (b"{}", {}),
        ('{"name": "Mëller\\n\\t 株式会社 😀"}'.encode(), {"name": "Mëller\n\t 株式会社 😀"}),
        (b'{"a": [1, -2.5, true, null, "x"]}', {"a": [1, -2.5, True, None, "x"]}),
        (b'{"n": 999999999999999}', {"n": 999999999999999}),
        (b'{"pair": "\\ud83d\\ude00"}', {"pair": "😀"}),
        (b'{"brackets": "[[[[[[[[[[[[[[[[[[[[[[[[[[[ \\" {{{{{{"}', {"brackets": "[" * 27 + ' " ' + "{" * 6}),
    ],
)
def test_object_is_read(raw: bytes, value: dict[str, Any]) -> None:
    assert parse(raw) == value


HOSTILE = {
    "list": b"[]",
    "text": b'"x"',
    "number": b"7",
    "null": b"null",
    "unfinished": b'{"a": ',
    "trailing": b"{} {}",
    "comment": b"{/* */}",
    "single quotes": b"{'a': 1}",
    "NUL escape": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"a\\u0000": 1}',
    "NUL deep": b'{"a": [{"b": ["x\\u0000"]}]}',
    "raw NUL": b'{"a": "\x00"}',
    "escape character": b'{"a": "\\u001b[31m"}',
    "C1 control": b'{"a": "\\u0085"}',
    "lone high surrogate": b'{"a": "\\ud800"}',
    "lone low surrogate": b'{"a": "\\udc00x"}',
    "surrogate in a name": b'{"\\ud800": 1}',
    "surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "invalid UTF-8": b'{"a": "\xff"}',
    "overlong UTF-8": b'{"a": "\xc0\xaf"}',
    "byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-7": b"+AHsAIgBhACI-",
    "duplicate name": b'{"a": 1, "a": 2}',
    "duplicate name, spelt otherwise": b'{"a": 1, "\\u0061": 2}',
    "duplicate deep": b'{"a": {"b": 1, "b": 1}}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus infinity": b'{"a": -Infinity}',
    "huge float": b'{"a": 1e400}',
    "long float": b'{"a": 0.' + b"1" * 100 + b"}",
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "sixteen digits": b'{"a": 1000000000000000}',
    "leading zero": b'{"a": 01}',
    "underscores": b'{"a": 1_000}',
    "full-width digits": '{"a": １２}'.encode(),
    "one too deep": b'{"a": ' + b"[" * DEEPEST + b"]" * DEEPEST + b"}",
    "deep objects": b'{"a":' * 1000 + b"1" + b"}" * 1000,
    "depth 100,000": b"[" * 100_000 + b"]" * 100_000,
    "unclosed depth": b"[" * 100_000,
    "depth behind an unclosed text": b'{"a": "' + b"[" * 100_000,
    "only quotes": b'"' * 100_000,
    "only escaped quotes": b'"' + b'\\"' * 100_000,
}


@pytest.mark.parametrize("what", list(HOSTILE))
def test_hostile_body_is_refused(what: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse(HOSTILE[what])
    assert refusal.value.status_code == 400


def test_twenty_levels_are_enough() -> None:
    inner = DEEPEST - 1
    deep = parse(b'{"a": ' + b"[" * inner + b"]" * inner + b"}")
    assert list(deep) == ["a"]
