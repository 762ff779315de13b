"""The digest: one mail for each person and day, with everything that waited, whoever runs and whatever ends."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prm.clocks.database import database_now
from prm.notices import digests, relay
from prm.notices.actions import mark_read
from prm.notices.digests import LINES, PEOPLE, gather_due
from prm.notices.models import DIGEST, Notice
from prm.notices.relay import LEASE, deliver_due
from tests.factories import Cast, make_user
from tests.notices.postbox import Postbox
from tests.notices.telling import DECISION, REMINDER, prefer, tell, ways

# A Monday; in Berlin it is 08:00 at 07:00.
MONDAY = datetime(2026, 11, 23, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def daily(*users: Any) -> None:
    for user in users:
        prefer(user, MONDAY - 9 * DAY, decisions="daily", deadlines="daily")


def made() -> list[Notice]:
    return list(Notice.objects.filter(kind=DIGEST).order_by("pk"))


def test_digest_is_one_mail_with_what_waited(cast: Cast, postbox: Postbox, settings: Any) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, title="Approved: Alpha", path="/deals/deal_a/", body="Not in the digest.", now=MONDAY - 8 * HOUR)
    tell(rep, title="3 days left: Beta", kind=REMINDER, path="/deals/deal_b/", now=MONDAY - 7 * HOUR)
    tell(rep, title="No page", now=MONDAY - 6 * HOUR)

    assert (gather_due(MONDAY - timedelta(seconds=1)), made()) == (0, [])
    assert gather_due(MONDAY) == 1
    assert deliver_due(MONDAY) == 1
    (mail,) = postbox.mails
    (digest,) = made()
    assert (mail["To"], mail["Subject"]) == (rep.email, "3 notices of the partner programme")
    assert mail["Message-ID"] == f"<{digest.public_id}@{settings.PRM_MAIL_DOMAIN}>"
    assert mail.get_content().splitlines() == [
        *("- Approved: Alpha", f"  {settings.PRM_BASE_URL}/deals/deal_a/", ""),
        *("- 3 days left: Beta", f"  {settings.PRM_BASE_URL}/deals/deal_b/", ""),
        *("- No page", "", "All of them:", "", f"{settings.PRM_BASE_URL}/notices/", ""),
        "You receive this because you take part in the partner programme.",
        f"Choose what comes by mail, and when: {settings.PRM_BASE_URL}/profile/notifications/",
    ]


def test_second_look_finds_nothing(cast: Cast) -> None:
    daily(cast.helix.rep)
    tell(cast.helix.rep, now=MONDAY - HOUR)

    assert [gather_due(MONDAY), gather_due(MONDAY), gather_due(MONDAY + HOUR)] == [1, 0, 0]
    assert len(made()) == 1


def test_digest_is_no_news_in_the_portal(cast: Cast) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, title="Approved: Alpha", now=MONDAY - HOUR)
    gather_due(MONDAY)
    client = Client()
    client.force_login(rep)
    page = client.get("/notices/").text

    assert Notice.objects.visible_to(rep).unread().count() == 1
    assert ("Approved: Alpha" in page, "1 notice of" in page) == (True, False)


def test_everybody_reads_the_own_lines_alone(cast: Cast) -> None:
    people = [cast.helix.rep, cast.orbit.rep, cast.pam]
    daily(*people)
    for number, person in enumerate(people):
        for _ in range(number + 1):
            tell(person, title=f"For {person.email}", now=MONDAY - HOUR)
    gather_due(MONDAY)

    assert {digest.user: (digest.body.count(digest.recipient), digest.body.count("For ")) for digest in made()} == {
        person: (number, number) for number, person in enumerate(people, 1)
    }


def test_each_wall_has_its_own_morning(cast: Cast) -> None:
    berlin, york = cast.helix.rep, cast.orbit.rep
    york.time_zone = "America/New_York"
    york.save()
    daily(berlin, york)
    tell(berlin, york, now=MONDAY - HOUR)
    gather_due(MONDAY)
    first = [digest.user for digest in made()]
    gather_due(MONDAY + 6 * HOUR)

    assert first == [berlin]
    assert [digest.user for digest in made()] == [berlin, york]


def test_what_comes_after_the_digest_waits_for_the_next_day(cast: Cast) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, title="First", now=MONDAY - HOUR)
    gather_due(MONDAY)
    # Its verb began before the digest and committed after it.
    tell(rep, title="Late", now=MONDAY - HOUR)

    assert gather_due(MONDAY + timedelta(minutes=1)) == 1
    assert Notice.objects.get(title="Late").due_at == MONDAY + DAY
    assert gather_due(MONDAY + DAY) == 1
    assert ["Late" in digest.body for digest in made()] == [False, True]


def test_relay_that_was_away_tells_late_and_once(cast: Cast) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, now=MONDAY - HOUR)
    tell(rep, now=MONDAY + HOUR)
    gather_due(MONDAY + 4 * DAY)

    assert [digest.title for digest in made()] == ["2 notices of the partner programme"]


def test_database_knows_one_digest_a_day(cast: Cast) -> None:
    daily(cast.helix.rep)
    tell(cast.helix.rep, now=MONDAY - HOUR)
    gather_due(MONDAY)
    (digest,) = made()
    assert digest.key == f"digest-{cast.helix.rep.pk}-20261123"
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(key=digest.key, kind=DIGEST, user=digest.user, created_at=MONDAY, due_at=MONDAY)


def test_day_is_that_of_the_wall(cast: Cast) -> None:
    rep = cast.helix.rep
    rep.time_zone = "Pacific/Auckland"
    rep.save()
    daily(rep)
    tell(rep, now=MONDAY)
    gather_due(MONDAY + 12 * HOUR)

    assert [digest.key for digest in made()] == [f"digest-{rep.pk}-20261124"]


def test_long_digest_counts_the_rest(cast: Cast) -> None:
    daily(cast.helix.rep)
    for _ in range(LINES + 3):
        tell(cast.helix.rep, title="Line", now=MONDAY - HOUR)
    gather_due(MONDAY)
    (digest,) = made()

    assert (digest.title, digest.body.count("- Line")) == (f"{LINES + 3} notices of the partner programme", LINES)
    assert "… and 3 more." in digest.body
    assert not Notice.objects.waiting().exists()


def test_crowd_is_served_in_portions(cast: Cast) -> None:
    people = [make_user(f"p{n:03}@helix.example", cast.helix.organisation, "support") for n in range(PEOPLE + 5)]
    daily(*people)
    tell(*people, now=MONDAY - HOUR)

    assert [gather_due(MONDAY), gather_due(MONDAY), gather_due(MONDAY)] == [PEOPLE, 5, 0]
    assert {digest.user for digest in made()} == set(people)


def test_portion_costs_the_same_for_one_and_for_many(cast: Cast) -> None:
    people = [make_user(f"p{number}@helix.example", cast.helix.organisation, "support") for number in range(20)]
    daily(*people)
    counts = []
    for day, told in enumerate((people[:1], people)):
        tell(*told, now=MONDAY + day * DAY - HOUR)
        with CaptureQueriesContext(connection) as captured:
            gather_due(MONDAY + day * DAY)
        counts.append(len(captured))

    assert counts[0] == counts[1]


# People who come and go.


def test_who_has_left_gets_no_digest(cast: Cast) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, now=MONDAY - HOUR)
    rep.memberships.update(ended_at=MONDAY)
    gather_due(MONDAY)

    assert (made(), ways(rep)) == ([], ["portal"])


def test_who_has_moved_to_a_rival_reads_nothing_of_the_old_house(cast: Cast) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, title="Helix knows", now=MONDAY - 2 * HOUR)
    rep.memberships.update(ended_at=MONDAY - HOUR)
    rep.memberships.create(organisation=cast.orbit.organisation, roles=["sales_rep"], created_at=MONDAY - HOUR)
    tell(rep, title="Orbit knows", now=MONDAY - HOUR)
    gather_due(MONDAY)
    (digest,) = made()

    assert ("Helix knows" in digest.body, "Orbit knows" in digest.body) == (False, True)


def test_who_may_no_longer_log_in_gets_no_mail(cast: Cast, postbox: Postbox) -> None:
    rep = cast.helix.rep
    daily(rep)
    tell(rep, now=MONDAY - HOUR)
    rep.is_active = False
    rep.save()
    gather_due(MONDAY)

    assert deliver_due(MONDAY) == 0
    assert postbox.mails == []


# Ends and races.


def test_relay_that_ends_while_gathering_has_done_nothing(cast: Cast, monkeypatch: Any) -> None:
    daily(cast.helix.rep)
    tell(cast.helix.rep, now=MONDAY - HOUR)
    with monkeypatch.context() as patch:
        patch.setattr(digests, "_write", broken)
        with pytest.raises(SystemExit), transaction.atomic():
            gather_due(MONDAY)

    assert (made(), Notice.objects.waiting().count()) == ([], 1)
    assert gather_due(MONDAY) == 1
    assert [digest.title for digest in made()] == ["1 notice of the partner programme"]


def broken(_digests: list[Notice]) -> None:
    raise SystemExit


def test_relay_that_ends_while_sending_repeats_the_same_mail(cast: Cast, postbox: Postbox) -> None:
    """At least once: whoever takes over sends the same lines under the same id."""
    daily(cast.helix.rep)
    tell(cast.helix.rep, title="Approved", now=MONDAY - HOUR)
    gather_due(MONDAY)
    (leased,) = relay._lease(MONDAY)
    relay.message(leased).send()

    assert deliver_due(MONDAY) == 0
    tell(cast.helix.rep, title="Later", now=MONDAY - HOUR)
    gather_due(MONDAY + LEASE)
    assert deliver_due(MONDAY + LEASE * 2) == 1
    first, second = postbox.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert first.get_content() == second.get_content()


def at_once(*works: Any) -> list[Any]:
    """Each in a thread with a connection of its own, all starting together."""
    barrier = Barrier(len(works))

    def run(work: Any) -> Any:
        barrier.wait(timeout=10)
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_many_relays_make_one_digest_each(live_cast: Cast) -> None:
    people = [live_cast.helix.rep, live_cast.helix.admin, live_cast.orbit.rep, live_cast.pam]
    daily(*people)
    for _ in range(3):
        tell(*people, kind=DECISION, now=MONDAY - HOUR)
    at_once(*[lambda: gather_due(MONDAY)] * 4)
    while gather_due(MONDAY):
        continue

    assert sorted(digest.user_id or 0 for digest in made()) == sorted(person.pk for person in people)
    assert [digest.title for digest in made()] == ["3 notices of the partner programme"] * 4
    assert not Notice.objects.waiting().exists()


def test_changing_and_reading_meanwhile_loses_and_doubles_nothing(live_cast: Cast) -> None:
    rep = live_cast.helix.rep
    daily(rep)
    for number in range(20):
        tell(rep, title=f"Told {number:02}", now=MONDAY - HOUR)
    at_once(
        lambda: gather_due(MONDAY),
        lambda: prefer(rep, MONDAY, decisions="at_once"),
        lambda: mark_read(by=rep, now=database_now()),
    )
    gathered = Notice.objects.exclude(digest=None).count()
    singly = Notice.objects.exclude(kind=DIGEST).undelivered().count()

    assert (gathered, singly) in {(20, 0), (0, 20)}
    assert len(made()) == (1 if gathered else 0)
