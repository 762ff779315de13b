"""Characters that no text of ours contains: PostgreSQL refuses some, terminals and logs suffer from the others."""

import re

# C0 and C1 controls, DEL, lone surrogates; a body may hold tab, line feed and carriage return.
_NEVER = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_NEVER_IN_BODY = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Headers arrive decoded as Latin-1, where bytes of UTF-8 look like C1 controls.
_NEVER_IN_HEADER = re.compile("[\x00-\x08\x0a-\x1f\x7f]")


def is_clean_line(text: str) -> bool:
    return _NEVER.search(text) is None


def is_clean_body(text: str) -> bool:
    return _NEVER_IN_BODY.search(text) is None


def is_clean_header(text: str) -> bool:
    return _NEVER_IN_HEADER.search(text) is None
