"""What the console would show, for tests that read it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prm.api.logs import JsonLines


class Lines(logging.Handler):
    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)
        self.written: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(self.format(record))

    def read(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written]


@contextmanager
def everything_logged(formatter: logging.Formatter | None = None, level: int = logging.DEBUG) -> Iterator[Lines]:
    """Every record of every logger, however quiet the console is."""
    root, handler = logging.getLogger(), Lines(formatter or JsonLines())
    before = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield handler
    finally:
        root.setLevel(before)
        root.removeHandler(handler)
