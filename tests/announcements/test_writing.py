"""Writing, changing before the start, withdrawing, putting away: checked, audited, safe to call twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from prm.announcements.actions import change, dismiss, withdraw, write
from prm.announcements.models import Announcement, Dismissal
from prm.announcements.rules import is_link
from prm.announcements.states import State
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.announcements.saying import announce, told
from tests.factories import Cast

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VALUES = {"title": "News", "text": "All of it.", "audience": ["everyone"]}


def events(announcement: Announcement) -> list[tuple[str, int | None, dict[str, Any]]]:
    rows = Event.objects.filter(subject_type="announcement", subject_id=announcement.public_id).order_by("pk")
    return [(event.kind, event.organisation_id, event.data) for event in rows]


def later(cast: Cast, **values: Any) -> Announcement:
    return announce(cast, starts_at=database_now() + DAY, **values)


def test_written_announcement_begins_now_and_is_an_event(cast: Cast) -> None:
    now = database_now()
    announcement = announce(cast, "vendor", "everyone", "vendor", now=now)

    assert (announcement.starts_at, announcement.created_by, announcement.state(now)) == (now, cast.admin, "current")
    assert announcement.audience == ["everyone", "vendor"]
    assert events(announcement) == [("announcement.written", None, {"audience": ["everyone", "vendor"]})]


@pytest.mark.parametrize("who", ["pam", "executive", "seller"])
def test_only_programme_admins_write(cast: Cast, who: str) -> None:
    person, announcement, now = getattr(cast, who), later(cast), database_now()
    verbs: list[Callable[[], Any]] = [
        lambda: write(values=VALUES, by=person, now=now),
        lambda: change(announcement=announcement, values=VALUES, by=person, now=now),
        lambda: withdraw(announcement=announcement, by=person, now=now),
    ]
    for verb in verbs:
        with pytest.raises(NotAllowed):
            verb()
    assert Announcement.objects.get().version == 1


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"audience": []}, ["audience"]),
        ({"audience": ["everyone", "role:gone"]}, ["audience"]),
        ({"link": "javascript:alert(1)"}, ["link"]),
        ({"starts_at": -DAY}, ["starts_at"]),
        ({"starts_at": DAY * 365 * 20}, ["starts_at"]),
        ({"ends_at": -HOUR}, ["ends_at"]),
        ({"starts_at": DAY, "ends_at": DAY}, ["ends_at"]),
        ({"ends_at": DAY * 365 * 100}, ["ends_at"]),
        ({"starts_at": -DAY, "ends_at": -HOUR, "audience": ["x"]}, ["starts_at", "ends_at", "audience"]),
    ],
)
def test_what_cannot_be_taken_is_said_at_its_field(cast: Cast, values: dict[str, Any], fields: list[str]) -> None:
    now = database_now()
    given = {name: now + value if isinstance(value, timedelta) else value for name, value in values.items()}
    with pytest.raises(InvalidInput) as refused:
        write(values={**VALUES, **given}, by=cast.admin, now=now)

    assert list(refused.value.errors) == fields
    assert not Announcement.objects.exists()


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("/deals/", True),
        ("https://example.com/a?b=c#d", True),
        ("http://example.com", True),
        ("//evil.example/", False),
        (r"/\evil.example", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("https://user:secret@example.com/", False),
        ("https://exa mple.com", False),
        ("https://[::1", False),
        ("example.com", False),
        ("/deals/\n", False),
    ],
)
def test_link_leads_to_a_page(link: str, taken: bool) -> None:
    assert is_link(link) is taken


def test_change_before_the_start(cast: Cast) -> None:
    announcement, now = later(cast), database_now()
    values = {**VALUES, "title": "Better news", "starts_at": announcement.starts_at, "by_mail": True}
    changed = change(announcement=announcement, values=values, version=1, by=cast.admin, now=now)

    assert (changed.title, changed.version, changed.changed_by, changed.changed_at) == (
        *("Better news", 2, cast.admin),
        now,
    )
    assert events(changed)[1:] == [("announcement.changed", None, {"fields": ["by_mail", "title"]})]


def test_change_of_nothing_writes_nothing(cast: Cast) -> None:
    announcement = later(cast)
    values = {**VALUES, "starts_at": announcement.starts_at}
    change(announcement=announcement, values=values, by=cast.admin, now=database_now())

    assert (Announcement.objects.get().version, len(events(announcement))) == (1, 1)


def test_change_of_what_somebody_else_changed_is_refused(cast: Cast) -> None:
    announcement, now = later(cast), database_now()
    values = {**VALUES, "starts_at": announcement.starts_at}
    change(announcement=announcement, values={**values, "title": "First"}, version=1, by=cast.admin, now=now)
    with pytest.raises(StateConflict):
        change(announcement=announcement, values={**values, "title": "Second"}, version=1, by=cast.admin, now=now)

    assert Announcement.objects.get().title == "First"


@pytest.mark.parametrize("state", [State.CURRENT, State.PAST, State.WITHDRAWN])
def test_change_afterwards_is_refused(cast: Cast, state: State) -> None:
    now = database_now()
    announcement = announce(cast, ends_at=now + HOUR)
    if state == State.WITHDRAWN:
        withdraw(announcement=announcement, by=cast.admin, now=now)
    moment = now + 2 * HOUR if state == State.PAST else now + timedelta(seconds=1)
    with pytest.raises(StateConflict) as refused:
        change(announcement=announcement, values={**VALUES, "title": "Other"}, by=cast.admin, now=moment)

    assert refused.value.state == state
    assert Announcement.objects.get().title == "News"


def test_change_is_checked_like_writing(cast: Cast) -> None:
    announcement = later(cast)
    with pytest.raises(InvalidInput):
        change(announcement=announcement, values={**VALUES, "audience": []}, by=cast.admin, now=database_now())


def test_withdrawn_is_seen_by_nobody(cast: Cast) -> None:
    announcement, now = announce(cast), database_now()
    withdrawn = withdraw(announcement=announcement, by=cast.admin, now=now)

    assert (told(cast.helix.rep), withdrawn.withdrawn_by, withdrawn.state(now)) == ([], cast.admin, "withdrawn")
    with pytest.raises(StateConflict):
        withdraw(announcement=announcement, by=cast.admin, now=now)
    assert [kind for kind, _organisation, _data in events(announcement)] == [
        "announcement.written",
        "announcement.withdrawn",
    ]


def test_put_away_for_one_person_alone(cast: Cast) -> None:
    announcement, now = announce(cast), database_now()
    for _ in range(2):
        dismiss(announcement=announcement, by=cast.helix.rep, now=now)
    left = {
        who: Announcement.objects.not_dismissed_by(person).count()
        for who, person in (("rep", cast.helix.rep), ("admin", cast.helix.admin))
    }

    assert left == {"rep": 0, "admin": 1}
    assert Dismissal.objects.count() == 1
    # It still stands on the page of all of them.
    assert told(cast.helix.rep) == ["News"]


@pytest.mark.parametrize(
    "broken",
    [
        {"title": ""},
        {"text": ""},
        {"audience": []},
        {"link": "javascript:alert(1)"},
        {"ends": -HOUR},
        {"mailed_up_to": 7},
        {"mailed": True},
    ],
)
def test_database_refuses_what_makes_no_sense(cast: Cast, broken: dict[str, Any]) -> None:
    announcement = announce(cast)
    values = {name: value for name, value in broken.items() if name not in {"ends", "mailed"}}
    if "ends" in broken:
        values["ends_at"] = announcement.starts_at + broken["ends"]
    if "mailed" in broken:
        values["mailed_at"] = announcement.starts_at
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.objects.update(**values)


def test_change_and_withdrawal_at_once_leave_one_of_both_orders(live_cast: Cast) -> None:
    announcement, now = later(live_cast), database_now()
    values = {**VALUES, "title": "Changed", "starts_at": announcement.starts_at}
    outcomes = at_once(
        lambda: change(announcement=announcement, values=values, version=1, by=live_cast.admin, now=now),
        lambda: withdraw(announcement=announcement, by=live_cast.admin, now=now),
        lambda: withdraw(announcement=announcement, by=live_cast.admin, now=now),
    )
    found = Announcement.objects.get()

    assert outcomes[1:].count("done") == 1
    assert (found.title == "Changed") is (outcomes[0] == "done")
    assert found.withdrawn_at == now
    assert found.version == 1 + outcomes.count("done")


def at_once(*verbs: Callable[[], Any]) -> list[str]:
    barrier = Barrier(len(verbs))

    def run(verb: Callable[[], Any]) -> str:
        barrier.wait(timeout=10)
        try:
            verb()
        except StateConflict:
            return "refused"
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))
