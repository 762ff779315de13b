"""Many writers at once: a form says it once, nothing is lost, and keys follow the order of commits."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest
from django.test import Client

from deals.conversations import subject_of
from deals.registrations.models import Registration
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from prm.threads import actions
from prm.threads.models import Message, ReadMark, Thread
from prm.threads.selectors import conversation
from tests.factories import Cast, make_registration, make_token, say
from tests.portal.holding import away, meanwhile
from tests.threads.conftest import Login

pytestmark = pytest.mark.django_db(transaction=True)

T = TypeVar("T")
AT_ONCE = 6
NONCE = "0123456789abcdefghij"


@pytest.fixture
def talked(live_cast: Cast) -> Registration:
    return make_registration(live_cast.helix)


def together(act: Callable[[int], T]) -> list[T]:
    """Each from a thread of its own, started together."""
    start = Barrier(AT_ONCE)

    def one(number: int) -> T:
        start.wait(timeout=20)
        return away(lambda: act(number))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def counted() -> tuple[int, int, int, int]:
    """Threads, messages, events, notices."""
    events = Event.objects.filter(kind="thread.posted")
    return (
        Thread.objects.count(),
        Message.objects.count(),
        events.count(),
        Notice.objects.filter(kind="thread.posted").count(),
    )


def clicks(browser: Client, deal: Registration, nonce: str) -> list[int]:
    """The same form from several tabs of one browser."""

    def click(_number: int) -> int:
        tab = Client()
        tab.cookies = browser.cookies
        form = {"text": "Who signs?", "form_nonce": nonce, "seen": ""}
        return tab.post(f"/deals/{deal.public_id}/messages/", form).status_code

    return together(click)


def test_clicks_at_once_say_it_once(live_cast: Cast, talked: Registration, login: Login) -> None:
    assert clicks(login(live_cast.helix.rep), talked, NONCE) == [302] * AT_ONCE
    assert counted() == (1, 1, 1, 1)


def test_clicks_at_once_without_the_number_say_it_each_time(
    live_cast: Cast, talked: Registration, login: Login
) -> None:
    """The control: what the number prevents."""
    assert clicks(login(live_cast.helix.rep), talked, "") == [302] * AT_ONCE
    assert counted() == (1, AT_ONCE, AT_ONCE, AT_ONCE)


def calls(deal: Registration, secret: str, headers: dict[str, str]) -> Counter[int]:
    client_headers = {"authorization": f"Bearer {secret}", **headers}

    def call(_number: int) -> int:
        client = Client(headers=client_headers)
        address = f"/api/v1/deals/{deal.public_id}/messages"
        return client.post(address, {"text": "Who signs?"}, content_type="application/json").status_code

    return Counter(together(call))


def test_same_key_at_once_says_it_once(live_cast: Cast, talked: Registration) -> None:
    statuses = calls(talked, make_token(live_cast.helix.rep), {"idempotency-key": "k"})

    assert statuses[201] >= 1
    assert set(statuses) <= {201, 409}
    assert counted() == (1, 1, 1, 1)


def test_no_key_at_once_says_it_each_time(live_cast: Cast, talked: Registration) -> None:
    """The control: what the key prevents."""
    assert calls(talked, make_token(live_cast.helix.rep), {}) == {201: AT_ONCE}
    assert counted() == (1, AT_ONCE, AT_ONCE, AT_ONCE)


def test_first_words_of_both_sides_at_once_are_one_thread(live_cast: Cast, talked: Registration) -> None:
    people = [live_cast.helix.rep, live_cast.pam] * (AT_ONCE // 2)
    together(lambda number: say(talked, people[number], f"Said {number}"))

    assert Thread.objects.count() == 1
    assert {message.text for message in Message.objects.all()} == {f"Said {number}" for number in range(AT_ONCE)}


def test_message_that_is_committed_later_is_unread(live_cast: Cast, talked: Registration) -> None:
    """A slow writer holds the thread, so that no later message can be read past an earlier one."""
    say(talked, live_cast.pam, "Before")
    meanwhile(
        lambda: say(talked, live_cast.pam, "Slow"),
        lambda: say(talked, live_cast.pam, "Quick"),
    )

    assert list(Message.objects.order_by("pk").values_list("text", flat=True)) == ["Before", "Slow", "Quick"]


def test_control_without_the_lock_the_slow_one_would_be_missed(
    live_cast: Cast, talked: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the lock prevents: the quick one is read while the slow one, with the smaller key, is still to come."""
    rep = live_cast.helix.rep
    say(talked, live_cast.pam, "Before")
    thread = Thread.objects.get()
    monkeypatch.setattr(actions, "_locked", lambda *_: thread)

    def quick_and_read() -> None:
        quick = say(talked, live_cast.pam2, "Quick")
        actions.mark_read(message=quick, by=rep, now=database_now())

    meanwhile(lambda: say(talked, live_cast.admin, "Slow"), quick_and_read)

    shown = conversation(subject_of(talked), reader=rep).said
    assert [said.message.text for said in shown] == ["Before", "Slow", "Quick"]
    assert [said.message.text for said in shown if said.unread] == []


def test_marks_at_once_are_one_and_the_furthest(live_cast: Cast, talked: Registration) -> None:
    said = [say(talked, live_cast.pam, f"Said {number}") for number in range(AT_ONCE)]
    together(lambda number: actions.mark_read(message=said[number], by=live_cast.helix.rep, now=database_now()))

    assert [mark.message for mark in ReadMark.objects.all()] == [said[-1]]
