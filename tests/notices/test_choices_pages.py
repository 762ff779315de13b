"""Choosing in the portal and over the API."""

import json
from typing import Any

import pytest
from django.test import Client

from prm.notices.choices.selectors import chosen
from prm.notices.models import Notice
from tests.factories import Cast, make_token
from tests.notices.telling import prefer, tell, ways

PAGE, API = "/profile/notifications/", "/api/v1/me/notifications"


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.helix.rep)
    return client


@pytest.fixture
def caller(cast: Cast) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(cast.helix.rep)}"})


def change(client: Client, body: Any, **headers: str) -> Any:
    return client.patch(API, json.dumps(body), content_type="application/json", headers=headers)


def everything(cast: Cast, **changes: str) -> dict[str, str]:
    return {**{group: str(way.value) for group, way in chosen(cast.helix.rep).items()}, **changes}


# In the portal.


@pytest.mark.parametrize("url", ["/profile/", PAGE])
def test_page_shows_what_is_chosen_and_what_is_not_to_choose(browser: Client, cast: Cast, url: str) -> None:
    prefer(cast.helix.rep, messages="daily")
    page = browser.get(url).text

    assert 'value="daily" selected' in page
    assert page.count("By mail, once a day") == len(chosen(cast.helix.rep))
    assert ("Login and security" in page, "Always at once" in page) == (True, True)
    assert "Partners you look after" not in page


def test_vendor_chooses_for_partners_too(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.pam)

    assert "Partners you look after" in client.get(PAGE).text


def test_form_saves_and_releases(browser: Client, cast: Cast) -> None:
    rep = cast.helix.rep
    prefer(rep, decisions="daily")
    tell(rep)
    response = browser.post(PAGE, everything(cast, decisions="at_once", messages="portal"))

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert everything(cast) == everything(cast, decisions="at_once", messages="portal")
    assert ways(rep) == ["at_once"]


@pytest.mark.parametrize("odd", [{"decisions": "weekly"}, {"messages": ""}])
def test_odd_choice_is_refused_at_its_field(browser: Client, cast: Cast, odd: dict[str, str]) -> None:
    before = everything(cast)
    response = browser.post(PAGE, everything(cast, deadlines="portal", **odd))

    assert response.status_code == 400
    assert list(response.context["choices"].errors) == list(odd)
    assert everything(cast) == before
    # What was chosen beside it is kept.
    assert 'value="portal" selected' in response.text


def test_list_shows_all_of_them_however_they_come(browser: Client, cast: Cast) -> None:
    rep = cast.helix.rep
    for way in ("at_once", "daily", "portal"):
        prefer(rep, decisions=way)
        tell(rep, title=f"Told {way}")
    page = browser.get("/notices/").text

    assert [f"Told {way}" in page for way in ("at_once", "daily", "portal")] == [True] * 3


# Over the API.


def test_api_tells_choices_and_the_next_digest(caller: Client, cast: Cast) -> None:
    prefer(cast.helix.rep, messages="daily")
    shown = caller.get(API).json()

    assert shown.pop("next_digest_at").endswith("00:00Z")
    assert shown == everything(cast, messages="daily")


def test_api_changes_what_is_named(caller: Client, cast: Cast) -> None:
    answer = change(caller, {"deadlines": "portal"})

    assert answer.status_code == 200
    assert answer.json()["deadlines"] == "portal"
    assert everything(cast) == everything(cast, deadlines="portal")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"decisions": "weekly"}, "decisions"),
        ({"decisions": None}, "decisions"),
        ({"security": "portal"}, "security"),
        ({"partners": "portal"}, "partners"),
        ({"next_digest_at": "2026-11-23T07:00:00Z"}, "next_digest_at"),
    ],
)
def test_api_refuses_at_the_field(caller: Client, cast: Cast, body: dict[str, Any], field: str) -> None:
    before = everything(cast)
    answer = change(caller, {"messages": "portal", **body})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert everything(cast) == before


def test_change_on_what_was_read_before_is_refused(caller: Client, cast: Cast) -> None:
    tag = caller.get(API)["ETag"]
    first = change(caller, {"messages": "portal"}, **{"if-match": tag})
    second = change(caller, {"messages": "daily"}, **{"if-match": tag})

    assert (first.status_code, second.status_code) == (200, 412)
    assert everything(cast)["messages"] == "portal"


def test_unchanged_choices_are_not_sent_again(caller: Client) -> None:
    tag = caller.get(API)["ETag"]

    assert caller.get(API, headers={"if-none-match": tag}).status_code == 304


def test_choices_are_everybodys_own(caller: Client, cast: Cast) -> None:
    prefer(cast.helix.admin, decisions="portal")

    assert caller.get(API).json()["decisions"] == "at_once"
    change(caller, {"messages": "portal"})
    assert chosen(cast.helix.admin)["messages"] == "at_once"
    assert not Notice.objects.exists()
