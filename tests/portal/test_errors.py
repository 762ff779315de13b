"""When something goes wrong, people get a page and programs a problem."""

import json

import pytest
from django.test import Client, RequestFactory

from prm.portal import errors
from tests.factories import Cast


def test_unknown_page_is_a_page(client: Client, db: None) -> None:
    response = client.get("/nothing-here/")

    assert response.status_code == 404
    assert "There is nothing here" in response.text
    assert "nothing-here" not in response.text


def test_unknown_endpoint_is_a_problem(client: Client, db: None) -> None:
    response = client.get("/api/v1/nothing-here")
    problem = json.loads(response.content)

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert (problem["status"], problem["title"]) == (404, "Not Found")


def test_forbidden_page_says_why(client: Client, cast: Cast) -> None:
    client.force_login(cast.helix.rep)
    response = client.get("/people/")

    assert response.status_code == 403
    assert "Your roles do not include this page." in response.text


@pytest.mark.parametrize(
    "handler", [errors.bad_request, errors.forbidden, errors.not_found, errors.server_error, errors.csrf_failure]
)
def test_programs_get_problems(handler) -> None:
    response = handler(RequestFactory().get("/api/v1/deals"))
    problem = json.loads(response.content)

    assert response["Content-Type"] == "application/problem+json"
    assert problem["status"] == response.status_code
    assert problem["detail"] != ""


def test_mistake_of_ours_needs_no_database() -> None:
    """No fixture opens the database: whoever asks it here fails."""
    response = errors.server_error(RequestFactory().get("/deals/"))

    assert response.status_code == 500
    assert "That is our mistake" in response.text
    assert "Northwind Partners" in response.text


def test_mistake_of_ours_shows_no_trace(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from prm.portal import views

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the secret of the house")

    monkeypatch.setattr(views, "work_for", broken)
    client = Client(raise_request_exception=False)
    client.force_login(cast.helix.rep)
    response = client.get("/")

    assert response.status_code == 500
    assert "That is our mistake" in response.text
    assert "secret of the house" not in response.text


def test_unknown_host_gets_a_page_without_it(client: Client, db: None) -> None:
    response = client.get("/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert "evil.example" not in response.text
    assert "We could not read that request" in response.text
