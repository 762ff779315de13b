"""The bell: what a person was told, once, and marked when read."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices.actions import mark_read, promise
from prm.notices.models import Notice
from tests.factories import Cast


def tell(user: User, title: str = "News", **fields: object) -> Notice:
    key = f"test-{Notice.objects.count()}"
    promise(key=key, kind="test", to=user, organisation=user.organisation, title=title, now=database_now(), **fields)
    return Notice.objects.get(key=key)


@pytest.fixture
def client_of_rep(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.helix.rep)
    return client


def unread(user: User) -> int:
    return Notice.objects.visible_to(user).unread().count()


def test_bell_counts_what_is_unread(client_of_rep: Client, cast: Cast) -> None:
    for _ in range(2):
        tell(cast.helix.rep)
    tell(cast.helix.admin)
    page = client_of_rep.get("/profile/").text

    assert '<span class="count">2</span>' in page


def test_bell_without_news_shows_no_number(client_of_rep: Client) -> None:
    assert 'class="count"' not in client_of_rep.get("/profile/").text


def test_list_shows_the_own_notices_alone(client_of_rep: Client, cast: Cast) -> None:
    tell(cast.helix.rep, "Mine")
    tell(cast.helix.admin, "A colleague's")
    tell(cast.orbit.rep, "A rival's")
    page = client_of_rep.get("/notices/").text

    assert ("Mine" in page, "A colleague" in page, "A rival" in page) == (True, False, False)


def test_empty_list_says_what_will_come(client_of_rep: Client) -> None:
    assert "Nothing to tell you yet" in client_of_rep.get("/notices/").text


def test_open_marks_read_and_goes_there(client_of_rep: Client, cast: Cast) -> None:
    notice = tell(cast.helix.rep, path="/deals/")
    response = client_of_rep.post(f"/notices/{notice.public_id}/open/", {"go": "1"})

    assert (response.status_code, response["Location"]) == (302, "/deals/")
    assert unread(cast.helix.rep) == 0


def test_read_stays_on_the_list(client_of_rep: Client, cast: Cast) -> None:
    notice = tell(cast.helix.rep, path="/deals/")

    assert client_of_rep.post(f"/notices/{notice.public_id}/open/")["Location"] == "/notices/"
    assert unread(cast.helix.rep) == 0


@pytest.mark.parametrize(
    "path", ["", "//evil.example/", "https://evil.example/", r"/\evil.example", "javascript:alert(1)"]
)
def test_odd_path_leads_nowhere_else(client_of_rep: Client, cast: Cast, path: str) -> None:
    notice = tell(cast.helix.rep, path=path)

    assert client_of_rep.post(f"/notices/{notice.public_id}/open/", {"go": "1"})["Location"] == "/notices/"


def test_looking_marks_nothing(client_of_rep: Client, cast: Cast) -> None:
    tell(cast.helix.rep)
    client_of_rep.get("/notices/")

    assert unread(cast.helix.rep) == 1


def test_all_are_read_at_once_and_only_the_own(client_of_rep: Client, cast: Cast) -> None:
    for _ in range(3):
        tell(cast.helix.rep)
    tell(cast.helix.admin)
    client_of_rep.post("/notices/read/")

    assert (unread(cast.helix.rep), unread(cast.helix.admin)) == (0, 1)


def test_notice_of_a_colleague_is_not_there(client_of_rep: Client, cast: Cast) -> None:
    notice = tell(cast.helix.admin)
    foreign = client_of_rep.post(f"/notices/{notice.public_id}/open/")
    missing = client_of_rep.post("/notices/ntc_222222222222222222/open/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert unread(cast.helix.admin) == 1


def test_mark_twice_keeps_the_first_time(cast: Cast) -> None:
    notice = tell(cast.helix.rep)
    now = database_now()
    first = mark_read(by=cast.helix.rep, now=now, notice=notice)
    second = mark_read(by=cast.helix.rep, now=now + timedelta(hours=1), notice=notice)
    notice.refresh_from_db()

    assert (first, second, notice.read_at) == (1, 0, now)


def test_list_is_read_page_by_page(client_of_rep: Client, cast: Cast) -> None:
    for number in range(30):
        tell(cast.helix.rep, f"Notice {number:02}")
    first = client_of_rep.get("/notices/").context["page"]
    second = client_of_rep.get(first.next_url).context["page"]

    assert [row.title for row in first.rows] == [f"Notice {n:02}" for n in range(29, 4, -1)]
    assert [row.title for row in second.rows] == [f"Notice {n:02}" for n in range(4, -1, -1)]
    assert list(parse_qs(urlsplit(first.next_url).query)) == ["cursor"]


def test_text_of_a_notice_is_text(client_of_rep: Client, cast: Cast) -> None:
    tell(cast.helix.rep, "<script>alert(1)</script>", body="<img src=x onerror=alert(2)>")
    page = client_of_rep.get("/notices/").text

    assert "<script>alert(1)" not in page
    assert "<img" not in page
