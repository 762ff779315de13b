"""Each failure as problem+json, with nothing of the inside in it."""

from typing import Any

import psycopg
import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.http import Http404
from django.test import Client
from rest_framework import exceptions

from prm.accounts.models import Organisation
from prm.api.problems import Problem, by_path, problem_of, problem_response
from prm.errors import InvalidInput, NotAllowed, PrmError, StateConflict, TooOften
from tests.api.conftest import API


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Http404("deal_123"), 404, "not_found"),
        (exceptions.NotFound("deal_123"), 404, "not_found"),
        (PermissionDenied("why"), 403, "not_allowed"),
        (RequestDataTooBig(), 413, "too_large"),
        (SuspiciousOperation("how"), 400, "invalid_input"),
        (NotAllowed("No."), 403, "not_allowed"),
        (InvalidInput({"a": ["b"]}), 400, "invalid_input"),
        (StateConflict("No.", state="won"), 409, "state_conflict"),
        (StateConflict("No.", code="outranked"), 409, "outranked"),
        (TooOften("No.", wait_seconds=5), 429, "too_many_requests"),
        (PrmError("No."), 400, "invalid_input"),
        (exceptions.Throttled(wait=3), 429, "too_many_requests"),
        (exceptions.NotAuthenticated(), 401, "unauthenticated"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (exceptions.NotAcceptable(), 406, "not_acceptable"),
        (exceptions.ParseError("no"), 400, "invalid_input"),
        (exceptions.ValidationError({"a": ["b"]}), 400, "invalid_input"),
        (caused(OperationalError(), psycopg.errors.LockNotAvailable()), 409, "busy"),
        (caused(OperationalError(), psycopg.errors.DeadlockDetected()), 409, "busy"),
        (caused(OperationalError(), psycopg.errors.SerializationFailure()), 409, "busy"),
        (caused(IntegrityError(), psycopg.errors.ExclusionViolation()), 409, "conflict"),
        (caused(IntegrityError(), psycopg.errors.UniqueViolation()), 409, "conflict"),
        (caused(OperationalError(), psycopg.errors.QueryCanceled()), 503, "unavailable"),
        (OperationalError("connection refused"), 503, "unavailable"),
        (InterfaceError("connection already closed"), 503, "unavailable"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_failure_becomes_a_problem(error: Exception, status: int, kind: str) -> None:
    problem = problem_of(error)
    assert problem is not None
    body = problem.body()
    assert (body["status"], body["type"]) == (status, f"urn:prm:problem:{kind}")
    assert "deal_123" not in str(body)


@pytest.mark.parametrize(
    "error",
    [RuntimeError("x"), KeyError("x"), IntegrityError(), caused(IntegrityError(), psycopg.errors.CheckViolation())],
)
def test_fault_of_ours_stays_a_fault(error: Exception) -> None:
    assert problem_of(error) is None


@pytest.mark.parametrize(
    ("said", "detail"), [("It is won.", "It is won."), ("Too late.", "Too late. The state is now: won.")]
)
def test_conflict_names_the_state(said: str, detail: str) -> None:
    problem = problem_of(StateConflict(said, state="won"))
    assert problem is not None
    assert (problem.body()["detail"], problem.body()["state"]) == (detail, "won")


@pytest.mark.parametrize(
    ("detail", "paths"),
    [
        ({"a": ["x", "y"]}, {"a": ["x", "y"]}),
        ({"customer": {"name": ["x"]}}, {"customer.name": ["x"]}),
        ({"products": [{}, {"quantity": ["x"]}]}, {"products.1.quantity": ["x"]}),
        ({"tags": {0: ["x"]}}, {"tags.0": ["x"]}),
        ({"non_field_errors": ["x"]}, {"": ["x"]}),
        ({"customer": {"non_field_errors": ["x"]}}, {"customer": ["x"]}),
        (["x"], {"": ["x"]}),
        ("x", {"": ["x"]}),
        ({"a": "x"}, {"a": ["x"]}),
    ],
)
def test_nested_errors_become_dotted_paths(detail: Any, paths: dict[str, list[str]]) -> None:
    assert by_path(detail) == paths


def test_response_outside_the_framework() -> None:
    answer = problem_response(Problem(503, "Später.", headers={"Retry-After": "5"}))
    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"] == "5"
    assert "Später." in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "status", "extra"),
    [
        ("not-allowed", 403, {}),
        ("invalid", 400, {"errors": {"customer.name": ["Say who."]}}),
        ("too-often", 429, {}),
    ],
)
def test_failure_over_http(as_admin: Client, how: str, status: int, extra: dict[str, Any]) -> None:
    answer = as_admin.get(f"{API}/fail/{how}")
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()) == {"type", "title", "status", "detail", *extra}
    assert {name: answer.json()[name] for name in extra} == extra
    assert answer.get("Retry-After") == ("77" if status == 429 else None)


@pytest.mark.django_db
def test_bug_is_raised_for_the_log(as_admin: Client) -> None:
    with pytest.raises(RuntimeError):
        as_admin.get(f"{API}/fail/bug")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path", "body", "content_type", "status"),
    [
        ("put", "/me", "{}", "application/json", 405),
        ("delete", "/me", "{}", "application/json", 405),
        ("options", "/me", "", "application/json", 405),
        ("post", "/me", "{}", "application/json", 405),
        ("post", "/things", "{}", "text/plain", 415),
        ("post", "/things", "name=x", "application/x-www-form-urlencoded", 415),
        ("post", "/things", "{}", "", 415),
        ("post", "/things", "{}", "application/xml", 415),
        ("post", "/things", "--B--", "multipart/form-data; boundary=B", 415),
        ("post", "/things", "--B--", "multipart/form-data", 415),
        ("post", "/things", "[]", "application/json", 400),
        ("post", "/things", "{", "application/json", 400),
        ("post", "/things", "{}", "application/json", 400),
        ("post", "/things", "", "application/json", 400),
        ("get", "/nothing-here", "", "application/json", 404),
    ],
)
def test_misuse_over_http(as_admin: Client, method: str, path: str, body: str, content_type: str, status: int) -> None:
    answer = as_admin.generic(method.upper(), API + path, body, content_type=content_type)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


@pytest.mark.django_db(transaction=True)
def test_lock_that_is_held_answers_409(as_admin: Client, helix: Organisation, settings: Any) -> None:
    """Held by another connection for longer than the verb waits."""
    with psycopg.connect(**connection.get_connection_params() | {"autocommit": False}) as other:
        other.execute("select 1 from accounts_organisation where id = %s for update", [helix.pk])
        answer = as_admin.post(f"{API}/things/{helix.public_id}/close", content_type="application/json")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:prm:problem:busy"
    with transaction.atomic():
        assert Organisation.objects.get(pk=helix.pk).country == ""
