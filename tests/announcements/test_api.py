"""The same over the API."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from tests.announcements.saying import announce, told
from tests.factories import Cast, make_token

URL = "/api/v1/announcements"
BODY = {"title": "News", "text": "Two\nlines.", "audience": ["everyone"]}


def caller(user: User) -> Client:
    return Client(headers={"authorization": f"Bearer {make_token(user)}"})


def post(user: User, body: Any, **headers: str) -> Any:
    return caller(user).post(URL, json.dumps(body), content_type="application/json", headers=headers)


def test_everybody_reads_the_own_ones_newest_first(cast: Cast) -> None:
    announce(cast, title="First", link="/rules/")
    announce(cast, "model:var", title="For resellers")
    announce(cast, "partner", title="Second")
    announce(cast, title="Scheduled", starts_at=database_now() + timedelta(days=1))
    found = caller(cast.helix.rep).get(URL).json()["results"]

    assert [row["title"] for row in found] == ["Second", "First"]
    assert list(found[1]) == ["id", "title", "text", "link", "starts_at", "ends_at"]
    assert (found[1]["link"], found[1]["ends_at"]) == ("/rules/", None)


def test_pages_follow_one_another(cast: Cast) -> None:
    for number in range(5):
        announce(cast, title=f"News {number}")
    client = caller(cast.helix.rep)
    first = client.get(URL, {"page_size": 3}).json()
    second = client.get(first["next"]).json()

    assert [row["title"] for row in first["results"] + second["results"]] == [f"News {n}" for n in (4, 3, 2, 1, 0)]


def test_administrator_writes_one(cast: Cast) -> None:
    ends = (database_now() + timedelta(days=3)).isoformat()
    body = {**BODY, "audience": ["role:pam", "model:msp"], "ends_at": ends, "by_mail": True}
    answer = post(cast.admin, body)
    shown = answer.json()

    assert answer.status_code == 201
    assert (shown["audience"], shown["by_mail"], shown["text"]) == (["model:msp", "role:pam"], True, "Two\nlines.")
    assert (told(cast.helix.rep), told(cast.orbit.rep), told(cast.pam)) == (["News"], [], ["News"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": 7}, "title"),
        ({"text": "x" * 4001}, "text"),
        ({"audience": []}, "audience"),
        ({"audience": "everyone"}, "audience"),
        ({"audience": ["role:gone"]}, "audience.0"),
        ({"audience": [["everyone"]]}, "audience.0"),
        ({"link": "ftp://example.com"}, "link"),
        ({"by_mail": "yes"}, "by_mail"),
        ({"starts_at": "2020-01-01T00:00:00Z"}, "starts_at"),
        ({"ends_at": "0001-01-01T00:00:00+14:00"}, "ends_at"),
        ({"withdrawn_at": None}, "withdrawn_at"),
    ],
)
def test_wrong_value_is_said_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    answer = post(cast.admin, {**BODY, **changes})

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not Announcement.objects.exists()


def test_same_key_writes_once(cast: Cast) -> None:
    first, second = (post(cast.admin, BODY, **{"idempotency-key": "abc"}) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Announcement.objects.count() == 1


def test_others_may_not_write(cast: Cast) -> None:
    assert [post(user, BODY).status_code for user in (cast.pam, cast.executive, cast.helix.admin)] == [403] * 3
    assert not Announcement.objects.exists()
