"""One JSON object on one line for each event, with the id of the request it belongs to."""

import json
import logging
import re
import secrets
from contextvars import ContextVar
from datetime import UTC, datetime

HEADER = "X-Request-Id"
# A proxy may have named the request already; anything but a plain name is replaced.
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")

request_id: ContextVar[str] = ContextVar("request_id", default="")


def name_request(sent: str | None) -> str:
    """Set the id for everything that is logged from here on; it stays until the next request of this thread."""
    name = sent if sent and _NAME.fullmatch(sent) else secrets.token_hex(8)
    request_id.set(name)
    return name


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request"] = request_id.get()
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if ms := getattr(record, "ms", None):
            line["ms"] = ms
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)
