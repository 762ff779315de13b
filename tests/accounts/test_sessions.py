"""Sessions: when they end, where a person sees them, and who ends them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from prm.accounts.models import LoginSession, User
from prm.accounts.sessions import actions
from prm.accounts.sessions.agents import described
from prm.accounts.sessions.middleware import _seen
from prm.accounts.sessions.models import LONGEST_AGENT, end_of
from prm.accounts.sessions.selectors import SHOWN, places_of
from prm.audit.models import Event
from prm.clocks.database import database_now
from tests.factories import PASSWORD, Cast, make_user

LOGIN = "/auth/login/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36"
EDGE = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/128.0 Safari/537.36 Edg/128.0"


def logged_in(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def age(user: User, *, seen: timedelta = timedelta(), started: timedelta = timedelta()) -> None:
    """The sessions of the person were last used and begun that much earlier."""
    LoginSession.objects.filter(user=user).update(seen_at=F("seen_at") - seen, started_at=F("started_at") - started)


def test_login_is_remembered_with_person_and_browser(cast: Cast) -> None:
    client = logged_in(cast.pam)
    row = LoginSession.objects.get(user=cast.pam)

    assert (row.session_key, row.agent) == (key_of(client), FIREFOX)
    assert row.expire_date == row.seen_at + timedelta(hours=3)
    assert str(row) == row.session_key
    assert row.get_decoded()["_auth_user_id"] == str(cast.pam.pk)


@pytest.mark.parametrize(
    ("seen", "started", "stays"),
    [
        (timedelta(hours=2, minutes=58), timedelta(hours=3), True),
        (timedelta(hours=3, minutes=1), timedelta(hours=4), False),
        (timedelta(0), timedelta(hours=11, minutes=58), True),
        (timedelta(0), timedelta(hours=12, minutes=1), False),
    ],
)
def test_session_ends_when_idle_and_in_the_end(cast: Cast, seen: timedelta, started: timedelta, stays: bool) -> None:
    client = logged_in(cast.pam)
    age(cast.pam, seen=seen, started=started)

    assert is_in(client) is stays


def test_ended_session_opens_no_endpoint_either(cast: Cast) -> None:
    client = logged_in(cast.pam)
    before = client.get("/api/v1/me").status_code
    age(cast.pam, seen=timedelta(hours=4), started=timedelta(hours=4))

    assert (before, client.get("/api/v1/me").status_code) == (200, 401)


def test_shorter_times_count_for_sessions_that_are_open(cast: Cast, settings: Any) -> None:
    client = logged_in(cast.pam)
    age(cast.pam, seen=timedelta(hours=2), started=timedelta(hours=2))
    settings.PRM_SESSION_IDLE_HOURS = 1

    assert not is_in(client)


def test_request_puts_off_the_idle_end_but_not_the_absolute_one(cast: Cast) -> None:
    client = logged_in(cast.pam)
    age(cast.pam, seen=timedelta(hours=2), started=timedelta(hours=10))
    is_in(client)
    row = LoginSession.objects.get(user=cast.pam)

    assert timezone.now() - row.seen_at < timedelta(minutes=1)
    assert row.expire_date == row.started_at + timedelta(hours=12)


def test_storing_a_session_keeps_its_beginning(cast: Cast) -> None:
    client = logged_in(cast.pam)
    age(cast.pam, started=timedelta(hours=5))
    before = LoginSession.objects.get(user=cast.pam)
    session = client.session
    session["seen"] = "a list"
    session.save()
    after = LoginSession.objects.get(user=cast.pam)

    assert (after.started_at, after.agent) == (before.started_at, FIREFOX)
    assert after.get_decoded()["seen"] == "a list"


def writes(client: Client) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        client.get("/profile/")
    return [
        query["sql"] for query in captured if "accounts_loginsession" in query["sql"] and "SELECT" not in query["sql"]
    ]


def test_use_is_written_once_a_minute(cast: Cast) -> None:
    client = logged_in(cast.pam)
    client.get("/profile/")
    at_once = [len(writes(client)) for _ in range(3)]
    with time_machine.travel(timezone.now() + timedelta(seconds=61), tick=False):
        after_a_minute = [len(writes(client)) for _ in range(3)]

    assert (at_once, after_a_minute) == ([0, 0, 0], [1, 0, 0])


def test_public_page_neither_makes_nor_reads_a_session(client: Client, db: None) -> None:
    with CaptureQueriesContext(connection) as captured:
        client.get("/theme.css?v=0b6b5f")

    assert len(captured) == 0


def test_login_draws_a_new_key_and_forgets_the_old_one(cast: Cast) -> None:
    client = logged_in(cast.pam)
    old = key_of(client)
    client.post(LOGIN, {"login": cast.pam.email, "password": PASSWORD})
    client.post("/auth/logout/")
    client.post(LOGIN, {"login": cast.pam.email, "password": PASSWORD})

    assert key_of(client) != old
    assert [row.session_key for row in LoginSession.objects.all()] == [key_of(client)]


def test_key_that_was_planted_is_not_taken_over(client: Client, cast: Cast) -> None:
    """Somebody who knows the key from before the login knows nothing after it."""
    store = LoginSession.get_session_store_class()()
    store["planted"] = True
    store.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    client.post(LOGIN, {"login": cast.pam.email, "password": PASSWORD})

    assert key_of(client) != store.session_key
    assert not LoginSession.objects.filter(session_key=store.session_key).exists()


def test_profile_lists_where_the_person_is_logged_in(cast: Cast) -> None:
    here = logged_in(cast.pam)
    logged_in(cast.pam, SAFARI)
    logged_in(cast.helix.rep, CHROME)
    page = here.get("/profile/").text

    assert [place.browser for place in places_of(cast.pam, key_of(here))] == ["Firefox on Windows", "Safari on iPhone"]
    assert [place.is_here for place in places_of(cast.pam, key_of(here))] == [True, False]
    assert "Firefox on Windows" in page
    assert "Safari on iPhone" in page
    assert "Chrome on Linux" not in page
    assert "Log out everywhere else" in page


def test_ended_sessions_are_not_listed(cast: Cast) -> None:
    logged_in(cast.pam, SAFARI)
    age(cast.pam, seen=timedelta(hours=4), started=timedelta(hours=4))
    here = logged_in(cast.pam)

    assert [place.browser for place in places_of(cast.pam, key_of(here))] == ["Firefox on Windows"]
    assert "Log out everywhere else" not in here.get("/profile/").text


def test_list_is_bounded(cast: Cast) -> None:
    now = timezone.now()
    LoginSession.objects.bulk_create(
        [
            LoginSession(session_key=f"key{number:029}", user=cast.pam, started_at=now, seen_at=now, expire_date=now)
            for number in range(SHOWN + 5)
        ]
    )

    assert len(places_of(cast.pam, None)) == SHOWN


def test_logging_out_elsewhere_leaves_this_session_and_other_people_alone(cast: Cast) -> None:
    here, there, other = logged_in(cast.pam), logged_in(cast.pam, SAFARI), logged_in(cast.helix.rep)
    answer = here.post("/profile/logins/end/")
    event = Event.objects.get(kind="person.logged_out_elsewhere")

    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert [is_in(client) for client in (here, there, other)] == [True, False, True]
    assert (event.data, event.actor_id, event.subject_id) == ({"sessions": 1}, cast.pam.pk, cast.pam.public_id)


def test_only_living_sessions_are_counted(cast: Cast) -> None:
    logged_in(cast.pam, SAFARI)
    age(cast.pam, seen=timedelta(hours=4), started=timedelta(hours=4))

    assert actions.log_out_elsewhere(user=cast.pam, keep=None, by=cast.pam, now=database_now()) == 0
    assert not LoginSession.objects.filter(user=cast.pam).exists()


def test_new_password_ends_and_forgets_the_other_sessions(cast: Cast) -> None:
    here, there = logged_in(cast.helix.rep), logged_in(cast.helix.rep, SAFARI)
    new = "a different horse altogether"
    here.post("/auth/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})

    assert [is_in(client) for client in (here, there)] == [True, False]
    assert [row.session_key for row in LoginSession.objects.filter(user=cast.helix.rep)] == [key_of(here)]
    event = Event.objects.get(kind="person.password_changed")
    assert (event.data, event.organisation_id) == ({"sessions": 1}, cast.helix.organisation.pk)
    assert User.objects.get(pk=cast.helix.rep.pk).check_password(new)


def test_password_that_was_reset_ends_every_session(cast: Cast) -> None:
    there = logged_in(cast.pam)
    actions.change_password(user=cast.pam, password="another horse", keep=None, by=cast.pam, now=database_now())

    assert not is_in(there)
    assert not LoginSession.objects.filter(user=cast.pam).exists()


def test_person_of_no_organisation_changes_the_password_without_an_event(db: None) -> None:
    alone = make_user("alone@nowhere.example", None)
    actions.change_password(user=alone, password="another horse", keep=None, by=alone, now=database_now())

    assert alone.check_password("another horse")
    assert not Event.objects.exists()


def test_sessions_whose_time_is_over_are_forgotten(cast: Cast) -> None:
    kept = logged_in(cast.pam)
    logged_in(cast.helix.rep)
    LoginSession.objects.filter(user=cast.helix.rep).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert actions.forget_ended(database_now()) == 1
    assert [row.session_key for row in LoginSession.objects.all()] == [key_of(kept)]


def test_browser_that_says_very_much_is_cut_short(cast: Cast) -> None:
    logged_in(cast.pam, "Firefox/" + "9" * 5000)

    assert len(LoginSession.objects.get(user=cast.pam).agent) == LONGEST_AGENT


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (SAFARI, "Safari on iPhone"),
        (CHROME, "Chrome on Linux"),
        (EDGE, "Edge on macOS"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/128.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5) CriOS/128.0 Mobile Safari/604.1", "Chrome on iPad"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/128.0 Safari/537.36", "Chrome on ChromeOS"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        ),
        ("SomeTool on Windows", "Windows"),
        ("Firefox/1.0", "Firefox"),
        ("curl/8.5.0", "Another program"),
        ("", "Another program"),
        ("<script>alert(1)</script>", "Another program"),
    ],
)
def test_browser_is_told_in_plain_words(agent: str, words: str) -> None:
    assert described(agent) == words


def test_end_is_the_earlier_of_both() -> None:
    now = timezone.now()

    assert end_of(now, now) == now + timedelta(hours=3)
    assert end_of(now - timedelta(hours=11), now) == now + timedelta(hours=1)


def test_session_that_was_ended_does_not_come_back(cast: Cast) -> None:
    """A request that is under way while its session is ended must not store it anew."""
    client = logged_in(cast.pam)
    under_way = client.session
    under_way["draft"] = "what was typed"
    actions.log_out_elsewhere(user=cast.pam, keep=None, by=cast.pam, now=database_now())

    with pytest.raises(UpdateError):
        under_way.save()
    assert not LoginSession.objects.filter(user=cast.pam).exists()


def test_touching_a_session_that_was_ended_does_not_bring_it_back(cast: Cast) -> None:
    client = logged_in(cast.pam)
    age(cast.pam, seen=timedelta(minutes=5))
    row = LoginSession.objects.get(user=cast.pam)
    row.delete()
    _seen(LoginSession(session_key=key_of(client), user=cast.pam, started_at=row.started_at, seen_at=row.seen_at))

    assert not LoginSession.objects.exists()


def test_somebody_who_is_not_logged_in_has_no_place_in_a_list(client: Client, cast: Cast) -> None:
    """The way in needs a session for a while; it belongs to nobody and is not kept fresh."""
    store = LoginSession.get_session_store_class()()
    store["on the way"] = True
    store.save()
    LoginSession.objects.update(seen_at=F("seen_at") - timedelta(minutes=5))
    before = LoginSession.objects.get()
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    client.get(LOGIN)
    after = LoginSession.objects.get(pk=before.pk)

    assert (after.user_id, after.seen_at) == (None, before.seen_at)


def test_person_who_is_deleted_leaves_no_session(cast: Cast) -> None:
    logged_in(cast.pam2)
    cast.pam2.delete()

    assert not LoginSession.objects.exists()


@pytest.mark.parametrize("key", ["", "x", "x" * 200, "'; drop table"])
def test_odd_keys_open_nothing(client: Client, cast: Cast, key: str) -> None:
    logged_in(cast.pam)
    client.cookies[settings.SESSION_COOKIE_NAME] = key

    assert client.get("/profile/").status_code == 302
