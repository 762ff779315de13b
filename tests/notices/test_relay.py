"""Delivery to a real mail server that takes, refuses, hangs or is not there."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.actions import promise
from prm.notices.models import Notice
from prm.notices.relay import ATTEMPTS, BATCH, FIRST_RETRY, LEASE, LONGEST_RETRY, deliver_due, is_signed, sign
from tests.factories import make_user
from tests.notices.postbox import Postbox, Silence, free_port

SECOND = timedelta(seconds=1)


def tell(*users: User | str, key: str = "told", **more: Any) -> list[Notice]:
    for user in users:
        promise(
            key=f"{key}-{user}",
            kind="test.told",
            to=user,
            organisation=None,
            **{"title": "It is so", "now": database_now(), **more},
        )
    return list(Notice.objects.order_by("pk"))


@pytest.fixture
def ana(db: None) -> User:
    return make_user("ana@helix.example", None)


@pytest.fixture
def bert(db: None) -> User:
    return make_user("bert@helix.example", None)


def retry_now() -> None:
    Notice.objects.undelivered().update(due_at=F("created_at"))


# Taken.


def test_notice_becomes_one_mail_with_its_own_id(ana: User, postbox: Postbox, settings: Any) -> None:
    (notice,) = tell(ana, body="All of it.", path="/deals/deal_x/")
    before = database_now()
    assert deliver_due() == 1
    assert deliver_due() == 0
    (mail,) = postbox.mails
    assert (mail["To"], mail["Subject"]) == ("ana@helix.example", "It is so")
    assert mail["Message-ID"] == f"<{notice.public_id}@{settings.PRM_MAIL_DOMAIN}>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().splitlines() == [
        *("All of it.", "", f"{settings.PRM_BASE_URL}/deals/deal_x/", ""),
        "You receive this because you take part in the partner programme.",
    ]
    notice.refresh_from_db()
    assert notice.sent_at is not None
    assert before <= notice.sent_at <= database_now()
    assert (notice.attempts, notice.leased_until, notice.last_error) == (1, None, "")


def test_notice_to_an_address_without_a_login_is_delivered(db: None, postbox: Postbox) -> None:
    tell("new@orbit.example")
    assert deliver_due() == 1
    assert postbox.recipients == ["new@orbit.example"]


def test_signed_link_opens_its_own_path_alone(ana: User, postbox: Postbox, settings: Any) -> None:
    tell(ana, path="/invitations/inv_x/", signed_path=True)
    deliver_due()
    key = sign("/invitations/inv_x/")
    assert f"{settings.PRM_BASE_URL}/invitations/inv_x/?key={key}" in postbox.mails[0].get_content().replace("=\n", "")
    assert is_signed("/invitations/inv_x/", key)
    assert not is_signed("/invitations/inv_y/", key)


def test_notice_is_not_delivered_before_it_is_due(ana: User, postbox: Postbox) -> None:
    soon = database_now() + timedelta(hours=1)
    tell(ana, now=soon)
    assert deliver_due(now=soon - SECOND) == 0
    assert deliver_due(now=soon) == 1


def test_mails_of_a_pass_share_one_connection(db: None, postbox: Postbox) -> None:
    tell(*[f"p{n}@helix.example" for n in range(BATCH + 3)])
    assert [deliver_due(), deliver_due(), deliver_due()] == [BATCH, 3, 0]
    assert (postbox.connections, len(postbox.ids)) == (2, BATCH + 3)


def test_title_of_several_lines_stays_one_header(ana: User, postbox: Postbox) -> None:
    tell(ana, title="Grüße\nBcc: rival@orbit.example")
    assert deliver_due() == 1
    assert postbox.mails[0]["Subject"] == "Grüße Bcc: rival@orbit.example"
    assert postbox.mails[0]["Bcc"] is None


# Many relays.


@pytest.mark.django_db(transaction=True)
def test_many_relays_deliver_each_notice_once(postbox: Postbox) -> None:
    notices = tell(*[f"p{n}@helix.example" for n in range(60)])
    ready = Barrier(6)

    def work(_number: int) -> int:
        ready.wait(timeout=20)
        sent = 0
        try:
            while done := deliver_due():
                sent += done
        finally:
            connection.close()
        return sent

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == len(notices)
    assert sorted(postbox.ids.values()) == [1] * len(notices)


@pytest.mark.django_db(transaction=True)
def test_many_relays_without_the_lease_deliver_more_than_once(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: notices that are only read, by everybody before anybody delivers."""
    tell("ana@helix.example")
    ready = Barrier(3)

    def look(now: datetime) -> list[Notice]:
        found = list(Notice.objects.deliverable(now))
        ready.wait(timeout=20)
        return found

    monkeypatch.setattr(relay, "_lease", look)

    def work(_number: int) -> None:
        deliver_due()
        connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    assert list(postbox.ids.values()) == [3]


@pytest.mark.django_db(transaction=True)
def test_relay_whose_lease_ran_out_does_not_write_over_the_other(postbox: Postbox) -> None:
    (notice,) = tell("ana@helix.example")
    started = database_now()
    (slow,) = relay._lease(started)
    assert deliver_due(now=started + LEASE - SECOND) == 0
    assert deliver_due(now=started + LEASE) == 1
    notice.refresh_from_db()
    relay._reschedule(slow, OSError("too late"))
    before, changed = notice.sent_at, Notice.objects.get(pk=notice.pk)
    assert (changed.sent_at, changed.last_error) == (before, "")


def test_uncommitted_promise_is_never_delivered(transactional_db: None, postbox: Postbox) -> None:
    def other() -> int:
        try:
            return deliver_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            tell("ana@helix.example")
            assert pool.submit(other).result(timeout=20) == 0
            transaction.set_rollback(True)
        assert pool.submit(other).result(timeout=20) == 0
    assert postbox.mails == []


# Refused.


def test_refused_recipient_does_not_keep_the_others_waiting(ana: User, bert: User, postbox: Postbox) -> None:
    postbox.refuses[ana.email] = "550 No such mailbox"
    refused, taken = tell(ana, bert)
    assert deliver_due() == 1
    assert postbox.recipients == [bert.email]
    refused.refresh_from_db()
    taken.refresh_from_db()
    assert (refused.sent_at, refused.attempts, refused.leased_until) == (None, 1, None)
    assert refused.last_error.startswith("SMTPRecipientsRefused: ")
    assert taken.sent_at is not None


def test_retries_wait_twice_as_long_each_time_and_then_park(ana: User, postbox: Postbox) -> None:
    postbox.refuses[ana.email] = "451 Try again later"
    (notice,) = tell(ana)
    for attempt in range(1, ATTEMPTS):
        before = database_now()
        assert deliver_due() == 0
        notice.refresh_from_db()
        wait = min(FIRST_RETRY * 2 ** (attempt - 1), LONGEST_RETRY)
        assert before + wait <= notice.due_at <= database_now() + wait
        assert (notice.attempts, notice.parked_at) == (attempt, None)
        assert deliver_due() == 0
        retry_now()
    deliver_due()
    notice.refresh_from_db()
    assert (notice.attempts, notice.parked_at is None, notice.sent_at) == (ATTEMPTS, False, None)
    retry_now()
    postbox.refuses.clear()
    assert deliver_due() == 0
    assert postbox.mails == []


def test_retry_keeps_the_id_of_the_mail(ana: User, postbox: Postbox) -> None:
    postbox.refuses[ana.email] = "451 Try again later"
    (notice,) = tell(ana)
    deliver_due()
    postbox.refuses.clear()
    retry_now()
    assert deliver_due() == 1
    (id,) = postbox.ids
    assert notice.public_id in id
    notice.refresh_from_db()
    assert (notice.attempts, notice.last_error) == (2, "")


def test_notice_of_a_person_who_may_no_longer_log_in_is_parked(ana: User, bert: User, postbox: Postbox) -> None:
    ana.is_active = False
    ana.save()
    parked, _taken = tell(ana, bert)
    assert deliver_due() == 1
    parked.refresh_from_db()
    assert (parked.parked_at is None, parked.last_error) == (False, "The person may no longer log in.")
    assert postbox.recipients == [bert.email]


def test_notice_that_cannot_be_written_is_put_off_like_a_refused_one(
    ana: User, bert: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(notice: Notice) -> str:
        raise KeyError(notice.kind)

    monkeypatch.setitem(relay.LINKS._entries, "test.broken", broken)
    promise(key="x", kind="test.broken", to=ana, organisation=None, title="Never", now=database_now())
    tell(bert)
    assert deliver_due() == 1
    broken_one = Notice.objects.get(key="x")
    assert (broken_one.attempts, broken_one.last_error) == (1, "KeyError: 'test.broken'")


def test_notice_that_ends_every_relay_is_parked(ana: User, bert: User, postbox: Postbox) -> None:
    """Leased again and again, and nobody lived to say what became of it."""
    (notice,) = tell(ana)
    now = database_now()
    for _ in range(ATTEMPTS):
        assert relay._lease(now) == [notice]
        now += LEASE
    tell(bert)
    assert deliver_due(now=now) == 1
    notice.refresh_from_db()
    assert (notice.parked_at, notice.last_error) == (now, "Every relay that tried to deliver this ended.")
    assert postbox.recipients == [bert.email]


# Away.


@pytest.fixture
def silence(settings: Any) -> Iterator[Silence]:
    server = Silence()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 0.2
    yield server
    server.close()


def test_server_that_hangs_is_tried_again_later(ana: User, silence: Silence) -> None:
    (notice,) = tell(ana)
    assert deliver_due() == 0
    notice.refresh_from_db()
    assert (notice.attempts, notice.leased_until) == (1, None)
    assert notice.last_error.endswith("timed out")
    assert notice.due_at > database_now()


def test_server_that_hangs_costs_the_untried_no_attempt(
    ana: User, bert: User, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "LEASE", timedelta(seconds=0.2))
    tried, untried = tell(ana, bert)
    assert deliver_due() == 0
    tried.refresh_from_db()
    untried.refresh_from_db()
    assert (tried.attempts, untried.attempts) == (1, 0)
    assert (untried.leased_until, untried.last_error) == (None, "")
    assert list(Notice.objects.deliverable(database_now())) == [untried]


def test_server_that_is_not_there_is_tried_again_later(ana: User, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    (notice,) = tell(ana)
    assert deliver_due() == 0
    notice.refresh_from_db()
    assert notice.last_error.startswith("ConnectionRefusedError: ")


def test_relay_work_that_fails_keeps_nobody_waiting(
    ana: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_now: datetime | None) -> int:
        raise RuntimeError("broken")

    monkeypatch.setitem(relay.WORK._entries, "test.broken", broken)
    tell(ana)
    assert relay.run() == 1
    assert postbox.recipients == [ana.email]
    assert "Relay work failed" in caplog.messages


# Looked at steadily.


def test_what_comes_one_by_one_is_gathered(ana: User, bert: User, postbox: Postbox) -> None:
    rounds = relay.Rounds()
    tell(ana)

    pauses = [rounds.look()]
    tell(bert)
    pauses.append(rounds.look())
    gathered = len(postbox.mails)
    rounds.gathers_until = 0.0
    pauses += [rounds.look(), rounds.look()]

    assert gathered == 1
    assert pauses[0] == relay.GATHERED_SECONDS
    assert all(0 < pause <= relay.GATHERED_SECONDS for pause in pauses)
    assert [mail["To"] for mail in postbox.mails] == ["ana@helix.example", "bert@helix.example"]


def test_nothing_to_do_is_looked_for_after_a_while(db: None) -> None:
    assert relay.Rounds().look() == relay.IDLE_SECONDS


def test_as_much_as_fits_is_followed_by_more_at_once(
    ana: User, bert: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "BATCH", 2)
    rounds = relay.Rounds()
    tell(ana, bert)

    assert (rounds.look(), rounds.look()) == (0.0, relay.IDLE_SECONDS)
    assert len(postbox.mails) == 2


def test_long_work_is_not_kept_waiting_while_arrivals_gather(
    ana: User, bert: User, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    portions = iter([1, 1, 1, 0])
    monkeypatch.setitem(relay.WORK._entries, "jobs", lambda _now: next(portions, 0))
    rounds = relay.Rounds()
    tell(ana)

    pauses = [rounds.look()]
    tell(bert)
    pauses += [rounds.look(), rounds.look()]

    assert pauses == [0.0, 0.0, 0.0]
    assert 0 < rounds.look() <= relay.GATHERED_SECONDS
    assert [mail["To"] for mail in postbox.mails] == ["ana@helix.example"]
