"""The page of somebody's business days, and the same over the API."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client

from prm.accounts.models import User
from prm.calendars.actions import change
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import newest
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from tests.factories import Cast, make_token


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def soon(days: int = 3) -> date:
    return local_date(database_now(), "Europe/Berlin") + timedelta(days=days)


def page_of(owner: object) -> str:
    return f"/calendars/{owner.public_id}/"  # type: ignore[attr-defined]


def test_own_calendar_is_set_and_shown(cast: Cast) -> None:
    client, url = browser(cast.pam), page_of(cast.pam)
    change(owner=cast.vendor, values={"country": "DE"}, by=cast.admin, now=database_now())
    assert "Christmas Day" in client.get(url).content.decode()

    given = {"country": "US", "subdivision": "", "weekend": ["4", "5"], "deputy": cast.pam2.public_id, "version": "0"}
    assert client.post(url, given).status_code == 302
    kept = newest(cast.pam)
    assert (kept.country, kept.weekend, kept.deputy) == ("US", [4, 5], cast.pam2)
    shown = client.get(url).content.decode()
    assert "Friday, Saturday" in shown
    assert "Martin Luther King" in shown


def test_days_off_are_entered_and_taken_back(cast: Cast) -> None:
    client, url = browser(cast.admin), page_of(cast.pam)
    span = {"first": soon().isoformat(), "last": soon(5).isoformat()}

    assert client.post(f"{url}off/", span).status_code == 302
    assert client.post(f"{url}off/", span).status_code == 409
    assert "Work after all" in client.get(url).content.decode()
    assert client.post(f"{url}work/", {"first": soon(4).isoformat()}).status_code == 302
    assert newest(cast.pam).days_off == [soon(3), soon(5)]


@pytest.mark.parametrize(
    ("path", "given", "status", "said"),
    [
        ("off/", {"first": "2020-01-01", "last": "2020-01-02"}, 400, "or a later day"),
        ("off/", {"first": "no day"}, 400, "Enter a valid date"),
        ("off/", {}, 400, "This field is required"),
        ("", {"country": "QQ", "version": "0"}, 400, "Select a valid choice"),
        ("", {"country": "DE", "subdivision": "TX", "version": "7"}, 409, "Somebody else"),
        ("", {"country": "", "version": "7"}, 409, "Somebody else"),
    ],
)
def test_page_says_at_the_field_what_is_wrong(
    cast: Cast, path: str, given: dict[str, str], status: int, said: str
) -> None:
    response = browser(cast.pam).post(page_of(cast.pam) + path, given)

    assert response.status_code == status
    assert said in response.content.decode()
    assert WorkCalendar.objects.count() == 0


def test_profile_and_person_lead_to_it(cast: Cast) -> None:
    assert page_of(cast.pam) in browser(cast.pam).get("/profile/").content.decode()
    profile = browser(cast.admin).get("/profile/").content.decode()
    assert page_of(cast.vendor) in profile
    assert page_of(cast.admin) not in profile
    assert page_of(cast.pam) in browser(cast.admin).get(f"/people/{cast.pam.public_id}/").content.decode()
    assert "/calendars/" not in browser(cast.helix.rep).get("/profile/").content.decode()


def test_api_reads_and_changes_it(cast: Cast) -> None:
    caller = Client(headers={"authorization": f"Bearer {make_token(cast.pam)}"})
    url = f"/api/v1/calendars/{cast.pam.public_id}"
    first = caller.get(url)
    assert first.json() == {
        "id": cast.pam.public_id,
        "time_zone": "Europe/Berlin",
        "country": "",
        "subdivision": "",
        "weekend": [],
        "days_off": [],
        "deputy": None,
    }

    given = json.dumps({"country": "IN", "subdivision": "WB", "deputy": cast.pam2.public_id})
    changed = caller.patch(url, given, content_type="application/json", headers={"if-match": first["ETag"]})
    assert changed.status_code == 200
    stale = caller.patch(url, given, content_type="application/json", headers={"if-match": first["ETag"]})
    assert stale.status_code == 412
    span = json.dumps({"first": soon().isoformat()})
    off = caller.post(f"{url}/take-off", span, content_type="application/json")
    assert off.json()["days_off"] == [{"first": str(soon()), "last": str(soon())}]
    assert off.json()["deputy"] == cast.pam2.public_id
    assert caller.post(f"{url}/take-off", span, content_type="application/json").status_code == 409
    assert caller.post(f"{url}/work", span, content_type="application/json").json()["days_off"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"country": "QQ"}, "country"),
        ({"weekend": [0, 9]}, "weekend.1"),
        ({"weekend": [0, 1, 2, 3, 4, 5, 6]}, "weekend"),
        ({"deputy": "usr_nobody"}, "deputy"),
        ({"holiday": "x"}, "holiday"),
    ],
)
def test_api_names_the_field(cast: Cast, body: dict[str, object], field: str) -> None:
    caller = Client(headers={"authorization": f"Bearer {make_token(cast.admin)}"})
    url = f"/api/v1/calendars/{cast.pam.public_id}"
    response = caller.patch(url, json.dumps(body), content_type="application/json")

    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
