"""The pages: first page, list, and what administrators write with."""

import csv
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.announcements.actions import withdraw
from prm.announcements.models import Announcement, Dismissal
from prm.announcements.panel import MOST
from prm.clocks.database import database_now
from tests.announcements.saying import announce
from tests.factories import Cast

DAY = timedelta(days=1)
WRITTEN = {"title": "News", "text": "All of it.", "audience_side": ["everyone"]}


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def first_page(user: User) -> str:
    return browser(user).get("/", follow=True).text


def new(cast: Cast, **changes: Any) -> Any:
    return browser(cast.admin).post("/announcements/new/", {**WRITTEN, **changes})


def test_first_page_of_both_sides_shows_the_own_ones(cast: Cast) -> None:
    announce(cast, "partner", title="For partners")
    announce(cast, "vendor", title="For staff")
    announce(cast, "model:var", title="For resellers")
    pages = {user.email: first_page(user) for user in (cast.helix.rep, cast.orbit.rep, cast.pam)}
    seen = {
        email: [title for title in ("For partners", "For staff", "For resellers") if title in page]
        for email, page in pages.items()
    }

    assert seen == {
        "rep@helix.example": ["For partners"],
        "rep@orbit.example": ["For partners", "For resellers"],
        "pam@vendor.example": ["For staff"],
    }


def test_dismissed_is_gone_for_good_and_for_this_person(cast: Cast) -> None:
    announcement = announce(cast, title="Read me")
    client = browser(cast.helix.rep)
    url = f"/announcements/{announcement.public_id}/dismiss/"
    answers = [client.post(url).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert ("Read me" in first_page(cast.helix.rep), "Read me" in first_page(cast.helix.admin)) == (False, True)
    assert "Read me" in client.get("/announcements/").text


def test_first_page_shows_the_newest_few(cast: Cast) -> None:
    for number in range(MOST + 1):
        announce(cast, title=f"News {number}")
    page = first_page(cast.helix.rep)

    assert [f"News {number}" in page for number in range(MOST + 1)] == [False, *[True] * MOST]
    assert "More announcements" in page


def test_first_page_shows_the_beginning_of_a_long_text(cast: Cast) -> None:
    announcement = announce(cast, text="word " * 200)
    page = first_page(cast.helix.rep)

    assert (page.count("word") < 100, f"/announcements/#{announcement.public_id}" in page) == (True, True)
    assert browser(cast.helix.rep).get("/announcements/").text.count("word") == 200


def test_first_page_without_news_says_nothing(cast: Cast) -> None:
    announcement = announce(cast, title="Gone")
    withdraw(announcement=announcement, by=cast.admin, now=database_now())
    page = first_page(cast.helix.rep)

    assert ("Gone" in page, "More announcements" in page) == (False, False)


def test_list_tells_past_and_current_apart(cast: Cast) -> None:
    now = database_now()
    announce(cast, title="Was", now=now - 3 * DAY, ends_at=now - DAY)
    announce(cast, title="Is")
    announce(cast, title="Will be", starts_at=now + DAY)
    rows = browser(cast.helix.rep).get("/announcements/").context["rows"]

    assert [(row.title, is_current) for row, is_current in rows] == [("Is", True), ("Was", False)]


def test_foreign_and_missing_answer_alike(cast: Cast) -> None:
    client = browser(cast.helix.rep)
    foreign = announce(cast, "model:var").public_id
    scheduled = announce(cast, starts_at=database_now() + DAY).public_id
    ids = (foreign, scheduled, "ann_222222222222222222")

    assert [client.post(f"/announcements/{one}/dismiss/").status_code for one in ids] == [404] * 3
    assert not Dismissal.objects.exists()


def test_text_is_text(cast: Cast) -> None:
    announce(cast, title="<b>bold</b>", text="<script>alert(1)</script>", link="https://example.com/?a=1&b=2")
    page = first_page(cast.helix.rep)

    assert ("<script>alert" in page, "<b>bold" in page) == (False, False)
    assert 'href="https://example.com/?a=1&amp;b=2"' in page


# Writing.


def test_form_writes_on_the_wall_of_the_writer(cast: Cast) -> None:
    cast.admin.time_zone = "America/New_York"
    cast.admin.save()
    day = (database_now() + 30 * DAY).date()
    response = new(
        cast,
        audience_role=["role:pam"],
        audience_model=["model:msp"],
        link="/rules/",
        by_mail="on",
        starts_at=f"{day}T09:30",
        ends_at=f"{day + DAY}T09:30",
    )
    announcement = Announcement.objects.get()
    wall = announcement.starts_at.astimezone(ZoneInfo("America/New_York"))

    assert (response.status_code, response["Location"]) == (302, "/announcements/written/")
    assert announcement.audience == ["everyone", "model:msp", "role:pam"]
    assert f"{wall:%Y-%m-%d %H:%M}" == f"{day} 09:30"
    assert (announcement.by_mail, announcement.link, announcement.created_by) == (True, "/rules/", cast.admin)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"text": "x" * 4001}, "text"),
        ({"audience_side": []}, "audience_side"),
        ({"audience_role": ["role:gone"]}, "audience_role"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"starts_at": "2020-01-01T00:00"}, "starts_at"),
        ({"ends_at": "2020-01-01T00:00"}, "ends_at"),
        ({"ends_at": "9999-12-31T23:59"}, "ends_at"),
    ],
)
def test_wrong_value_is_said_at_its_field_and_nothing_is_lost(cast: Cast, changes: dict[str, Any], field: str) -> None:
    response = new(cast, **{"text": "Long thought about.", **changes})

    assert (response.status_code, list(response.context["form"].errors)) == (400, [field])
    assert not Announcement.objects.exists()
    assert field == "text" or "Long thought about." in response.text


def test_second_click_writes_nothing(cast: Cast) -> None:
    answers = [new(cast, form_nonce="0123456789abcdef").status_code for _ in range(2)]

    assert (answers, Announcement.objects.count()) == ([302, 302], 1)


def test_refused_form_can_be_sent_again(cast: Cast) -> None:
    refused = new(cast, form_nonce="0123456789abcdef", link="nowhere")
    taken = new(cast, form_nonce="0123456789abcdef")

    assert (refused.status_code, taken.status_code, Announcement.objects.count()) == (400, 302, 1)


def test_scheduled_one_is_edited_with_what_it_says(cast: Cast) -> None:
    announcement = announce(cast, "vendor", "role:pam", "model:msp", starts_at=database_now() + 10 * DAY)
    url, client = f"/announcements/{announcement.public_id}/", browser(cast.admin)
    page = client.get(url).text
    start = client.get(url).context["form"]["starts_at"].value()
    sent = {**WRITTEN, "title": "Better", "starts_at": f"{start:%Y-%m-%dT%H:%M}", "version": "1"}
    first, second = client.post(url, sent), client.post(url, {**sent, "title": "Other"})
    announcement.refresh_from_db()

    assert page.count(" checked") == 3
    assert (first.status_code, second.status_code) == (302, 409)
    assert (announcement.title, announcement.version) == ("Better", 2)


def test_begun_one_is_read_and_not_edited(cast: Cast) -> None:
    announcement = announce(cast, title="Begun")
    url, client = f"/announcements/{announcement.public_id}/", browser(cast.admin)
    page = client.get(url).text
    answer = client.post(url, {**WRITTEN, "version": "1"})
    announcement.refresh_from_db()

    assert 'name="title"' not in page
    assert (answer.status_code, announcement.title) == (409, "Begun")


def test_withdrawal_from_the_page(cast: Cast) -> None:
    announcement = announce(cast, title="Wrong")
    client = browser(cast.admin)
    url = f"/announcements/{announcement.public_id}/withdraw/"
    answers = [client.post(url).status_code for _ in range(2)]
    page = client.get("/announcements/written/").text

    assert (answers, "Withdrawn" in page, "Wrong" in first_page(cast.helix.rep)) == ([302, 302], True, False)
    assert "Withdraw the" not in client.get(f"/announcements/{announcement.public_id}/").text


def test_written_ones_tell_audience_and_state(cast: Cast) -> None:
    announce(cast, "role:pam", "model:msp", starts_at=database_now() + DAY)
    page = browser(cast.admin).get("/announcements/written/").text

    assert ("MSP, Partner account manager" in page, "Scheduled" in page) == (True, True)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_what_was_written_is_taken_away_by_who_writes(cast: Cast, file: str) -> None:
    told = announce(cast, "everyone", title="=Taken away", text="Whoever reads it.")

    answer = browser(cast.admin).get("/announcements/export/", {"file": file})

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    if file == "csv":
        header, row = csv.reader(content.decode("utf-8-sig").splitlines())
        assert header[:4] == ["Title", "Text", "Link", "For"]
        assert row[:2] == ["'=Taken away", "Whoever reads it."]
        assert row[7:] == ["Current", str(told.created_by)]
    else:
        assert content.startswith(b"PK")
    assert browser(cast.helix.admin).get("/announcements/export/").status_code == 403
