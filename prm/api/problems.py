"""Every failure as RFC 9457 `application/problem+json`, in one place."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from psycopg import errors as pg
from rest_framework import exceptions
from rest_framework.settings import api_settings

from prm.errors import InvalidInput, NotAllowed, PrmError, StateConflict, TooOften

CONTENT_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:prm:problem:"
RETRY_AFTER_SECONDS = 5

# What `type` says when the failure has no code of its own.
CODES = {
    400: "invalid_input",
    401: "unauthenticated",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "state_conflict",
    411: "length_required",
    412: "precondition_failed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "idempotency_key_reused",
    429: "too_many_requests",
    503: "unavailable",
}


@dataclass(frozen=True)
class Problem:
    """`errors` maps the dotted path of a field to its sentences."""

    status: int
    detail: str | Promise
    code: str = ""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    state: str = ""

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + (self.code or CODES.get(self.status, "error")),
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": str(self.detail),
        }
        if self.errors:
            body["errors"] = dict(self.errors)
        if self.state:
            body["state"] = self.state
        return body


def problem_response(problem: Problem) -> HttpResponse:
    content = json.dumps(problem.body(), ensure_ascii=False)
    return HttpResponse(content, status=problem.status, content_type=CONTENT_TYPE, headers=dict(problem.headers))


def not_found() -> Problem:
    """One answer for what does not exist and what is somebody else's; it names no id."""
    return Problem(404, _("There is nothing here, or nothing that is yours."))


def handle(error: Exception, _context: Mapping[str, Any]) -> HttpResponse | None:
    """The exception handler of the API. None: not anticipated, a 500 with a traceback in the log."""
    problem = problem_of(error)
    return problem_response(problem) if problem else None


def problem_of(error: Exception) -> Problem | None:
    for translate in (_of_ours, _of_django, _of_rest_framework, of_database):
        problem = translate(error)
        if problem is not None:
            return problem
    return None


def _of_ours(error: Exception) -> Problem | None:
    if not isinstance(error, PrmError):
        return None
    text = str(error.message)
    match error:
        case NotAllowed():
            return Problem(403, text)
        case InvalidInput():
            return Problem(400, text, errors={path: [str(s) for s in said] for path, said in error.errors.items()})
        case StateConflict():
            return _conflict(text, error.state, error.code)
        case TooOften():
            return Problem(429, text, headers={"Retry-After": str(error.wait_seconds)})
        case _:
            return Problem(400, text)


def _conflict(text: str, state: str, code: str) -> Problem:
    if state and state not in text:
        text = _("%(text)s The state is now: %(state)s.") % {"text": text, "state": state}
    return Problem(409, text, code=code, state=state)


def _of_django(error: Exception) -> Problem | None:
    match error:
        case Http404() | exceptions.NotFound():
            return not_found()
        case PermissionDenied():
            return Problem(403, _("You may not do this."))
        case RequestDataTooBig():
            return Problem(413, _("The request is too large."))
        case SuspiciousOperation():
            return Problem(400, _("The request cannot be read."))
        case _:
            return None


def _of_rest_framework(error: Exception) -> Problem | None:
    if not isinstance(error, exceptions.APIException):
        return None
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(max(1, round(wait)))
    if isinstance(error, exceptions.ValidationError):
        return Problem(400, _("Please correct the marked fields."), errors=by_path(error.detail))
    return Problem(error.status_code, str(error.detail), headers=headers)


def of_database(error: Exception) -> Problem | None:
    """What a race or an absent database looks like; anything else the database refuses is a fault of ours."""
    cause = error.__cause__
    if isinstance(cause, pg.LockNotAvailable | pg.DeadlockDetected | pg.SerializationFailure):
        return Problem(409, _("Somebody else is changing this right now. Please try again."), code="busy")
    if isinstance(error, IntegrityError) and isinstance(cause, pg.ExclusionViolation | pg.UniqueViolation):
        return Problem(409, _("Somebody else was faster."), code="conflict")
    if isinstance(error, OperationalError | InterfaceError):
        headers = {"Retry-After": str(RETRY_AFTER_SECONDS)}
        return Problem(503, _("This cannot be done right now. Please try again in a moment."), headers=headers)
    return None


def by_path(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Nested error details as dotted paths: `customer.name`, `products.0.quantity`; "" is the body itself."""
    if isinstance(detail, Mapping):
        return _merged(by_path(value, _below(path, str(name))) for name, value in detail.items())
    if isinstance(detail, list | tuple) and any(isinstance(item, Mapping | list) for item in detail):
        return _merged(by_path(item, _below(path, str(index))) for index, item in enumerate(detail) if item)
    sentences = detail if isinstance(detail, list | tuple) else [detail]
    return {path: [str(sentence) for sentence in sentences]}


def _below(path: str, name: str) -> str:
    if name == api_settings.NON_FIELD_ERRORS_KEY:
        return path
    return f"{path}.{name}" if path else name


def _merged(parts: Iterable[dict[str, list[str]]]) -> dict[str, list[str]]:
    merged: dict[str, list[str]] = {}
    for part in parts:
        for path, sentences in part.items():
            merged.setdefault(path, []).extend(sentences)
    return merged
