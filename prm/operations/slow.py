"""Statements that took long, in the log: their text without the values, which are people's."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

log = logging.getLogger("prm.slow")

LONGEST_TEXT = 2_000
Execute = Callable[[str, Any, bool, dict[str, Any]], Any]


def watch(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Around every statement. What fails after a long wait, a lock for instance, is told as well."""
    started = time.monotonic()
    try:
        return execute(sql, params, many, context)
    finally:
        taken = (time.monotonic() - started) * 1000
        if 0 < settings.PRM_SLOW_QUERY_MS <= taken:
            text = " ".join(str(sql).split())[:LONGEST_TEXT]
            log.warning("A statement took long: %s", text, extra={"ms": round(taken)})


def watch_new(*, connection: BaseDatabaseWrapper, **_said: Any) -> None:
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)


def install() -> None:
    connection_created.connect(watch_new, dispatch_uid="prm.operations.slow")
