"""One JSON object on one line for each event, with the id of the request it belongs to, and without a secret."""

import json
import logging
import re
import secrets
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADER = "X-Request-Id"
# Answers whose line says who was refused what.
REFUSALS = frozenset({401, 403})
# A proxy may have named the request already; anything but a plain name is replaced.
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")

# What opens a door by itself: the key of a new password in an address, and an API token wherever it stands.
_SECRET = re.compile(r"(/password/reset/key/)[^/\s]+|\b(prm_)[A-Za-z0-9_-]{20,}")
# Where the web server finds the path as it may be told.
TOLD_PATH = "prm.path"

request_id: ContextVar[str] = ContextVar("request_id", default="")


def name_request(sent: str | None) -> str:
    """Set the id for everything that is logged from here on; it stays until the next request of this thread."""
    name = sent if sent and _NAME.fullmatch(sent) else secrets.token_hex(8)
    request_id.set(name)
    return name


def told(text: str) -> str:
    """The text with "***" for what must not be read in a log."""
    return _SECRET.sub(lambda found: f"{found[1] or found[2]}***", text)


class PathTold:
    """Around the WSGI application: leaves the path for the server's own log, on one line and without a secret."""

    def __init__(self, application: "WSGIApplication") -> None:
        self.application = application

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[TOLD_PATH] = told(str(environ.get("PATH_INFO", ""))).encode("unicode_escape").decode()
        return self.application(environ, start_response)


def asked_by(request: HttpRequest) -> dict[str, object]:
    """Who asked for what, and which permission was missing. Asks nobody: the database may be what is away."""
    known = vars(request)
    user = next((found for found in map(known.get, ("user", "_cached_user")) if "public_id" in _fields(found)), None)
    missed: Any = known.get("missed") or getattr(user, "missed", ())
    said = {
        "method": request.method,
        "path": told(request.path),
        "user": getattr(user, "public_id", ""),
        "permission": ", ".join(sorted(missed)),
    }
    return {name: value for name, value in said.items() if value}


def _fields(person: object) -> Mapping[str, object]:
    return {} if isinstance(person, SimpleLazyObject) else getattr(person, "__dict__", {})


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": told(record.getMessage()),
        }
        if request_id.get():
            line["request"] = request_id.get()
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if ms := getattr(record, "ms", None):
            line["ms"] = ms
        request = getattr(record, "request", None)
        if status in REFUSALS and isinstance(request, HttpRequest):
            line |= asked_by(request)
        if record.exc_info and (status is None or status >= 500):
            line["traceback"] = told(self.formatException(record.exc_info))
        return json.dumps(line)
