"""Mails of announcements: in portions, once for each person, as each of them wants to be told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prm.accounts.models import Membership, User
from prm.announcements import mailing
from prm.announcements.actions import withdraw
from prm.announcements.mailing import KIND, PORTION, mail_due
from prm.announcements.models import Announcement
from prm.clocks.database import database_now
from prm.notices import relay
from prm.notices.digests import gather_due
from prm.notices.models import Notice
from tests.announcements.saying import announce
from tests.factories import Cast
from tests.notices.telling import prefer

DAY = timedelta(days=1)


def promised() -> list[str]:
    return sorted(Notice.objects.filter(kind=KIND).values_list("user__email", flat=True))  # type: ignore[arg-type]


def crowd(cast: Cast, size: int) -> list[User]:
    users = User.objects.bulk_create([User(email=f"p{number:05}@crowd.example") for number in range(size)])
    organisation, now = cast.helix.organisation, database_now()
    Membership.objects.bulk_create(
        [Membership(user=user, organisation=organisation, roles=["support"], created_at=now) for user in users]
    )
    return users


def test_mail_goes_to_exactly_the_audience_once(cast: Cast, settings: Any) -> None:
    announce(cast, "role:sales_rep", title="New price list", text="From Monday.", link="/rules/", by_mail=True)
    while relay.run():
        continue
    relay.run()

    assert sorted(message.to[0] for message in mail.outbox) == ["rep@helix.example", "rep@orbit.example"]
    assert {message.subject for message in mail.outbox} == {"New price list"}
    assert mail.outbox[0].body.split("\n\n")[:3] == [
        "From Monday.",
        f"{settings.PRM_BASE_URL}/rules/",
        f"{settings.PRM_BASE_URL}/announcements/",
    ]
    assert Announcement.objects.get().mailed_at is not None


def test_without_the_mark_nothing_is_mailed(cast: Cast) -> None:
    announce(cast)

    assert (mail_due(), promised()) == (0, [])


def test_mail_waits_for_the_start(cast: Cast) -> None:
    now = database_now()
    announce(cast, "role:pam", by_mail=True, starts_at=now + DAY)

    assert (mail_due(now), promised()) == (0, [])
    assert mail_due(now + DAY) == 2
    assert promised() == ["pam2@vendor.example", "pam@vendor.example"]


def test_what_ended_while_nobody_mailed_is_not_mailed(cast: Cast) -> None:
    now = database_now()
    announce(cast, by_mail=True, ends_at=now + DAY)

    assert (mail_due(now + 2 * DAY), promised()) == (0, [])


def test_who_has_left_or_may_not_log_in_gets_none(cast: Cast) -> None:
    cast.helix.rep.memberships.update(ended_at=database_now())
    cast.orbit.rep.is_active = False
    cast.orbit.rep.save()
    announce(cast, "role:sales_rep", "role:pam", by_mail=True)
    mail_due()

    assert promised() == ["pam2@vendor.example", "pam@vendor.example"]


def test_crowd_is_told_in_portions_of_the_same_cost(cast: Cast) -> None:
    people = crowd(cast, 2 * PORTION + 30)
    announce(cast, "role:support", by_mail=True)
    done, costs = [], []
    for _ in range(4):
        with CaptureQueriesContext(connection) as captured:
            done.append(mail_due())
        costs.append(len(captured))

    assert done == [PORTION, PORTION, 30, 0]
    assert costs[0] == costs[1] == costs[2] < 10
    assert promised() == [user.email for user in people]


def test_portion_that_fits_exactly_comes_to_its_end(cast: Cast) -> None:
    crowd(cast, PORTION)
    announce(cast, "role:support", by_mail=True)

    assert [mail_due(), mail_due(), mail_due()] == [PORTION, 0, 0]
    assert Announcement.objects.get().mailed_at is not None


def test_relay_that_ends_in_the_middle_of_a_portion_repeats_it_whole(cast: Cast, monkeypatch: Any) -> None:
    people = crowd(cast, PORTION + 5)
    announce(cast, "role:support", by_mail=True)
    mail_due()
    with monkeypatch.context() as patch:
        patch.setattr(mailing, "prepare", ends)
        with pytest.raises(SystemExit):
            mail_due()
    while mail_due():
        continue

    assert promised() == [user.email for user in people]


def ends(**_said: Any) -> None:
    raise SystemExit


def test_each_is_told_as_chosen(cast: Cast) -> None:
    rep, pam = cast.helix.rep, cast.pam
    prefer(rep, announcements="daily")
    prefer(pam, announcements="portal")
    announce(cast, by_mail=True, title="New price list")
    while relay.run():
        continue
    addresses = {message.to[0] for message in mail.outbox}
    later = database_now() + 4 * DAY
    gather_due(later)
    relay.deliver_due(later)
    digests = [message for message in mail.outbox if message.to == [rep.email]]

    assert {rep.email, pam.email} & addresses == set()
    assert cast.helix.admin.email in addresses
    assert ["- New price list" in message.body for message in digests] == [True]


def test_withdrawal_stops_what_is_not_mailed_yet(cast: Cast) -> None:
    prefer(cast.helix.rep, announcements="daily")
    announcement = announce(cast, "role:sales_rep", "role:pam", by_mail=True)
    other = announce(cast, "role:finance", by_mail=True)
    while mail_due():
        continue
    Notice.objects.filter(user=cast.pam).update(sent_at=database_now())
    withdraw(announcement=announcement, by=cast.admin, now=database_now())
    left = Notice.objects.filter(kind=KIND).values_list("user__email", "key")

    assert sorted(left) == [
        ("finance@vendor.example", f"{other.public_id}-{cast.finance.pk}"),
        ("pam@vendor.example", f"{announcement.public_id}-{cast.pam.pk}"),
    ]
    assert mail_due() == 0


def test_withdrawal_between_two_portions_stops_the_rest(cast: Cast) -> None:
    crowd(cast, PORTION + 5)
    announcement = announce(cast, "role:support", by_mail=True)
    mail_due()
    withdraw(announcement=announcement, by=cast.admin, now=database_now())

    assert (mail_due(), promised()) == (0, [])


def test_many_relays_tell_everybody_once(live_cast: Cast) -> None:
    people = crowd(live_cast, 3 * PORTION)
    announce(live_cast, "role:support", by_mail=True)
    barrier = Barrier(4)

    def work() -> int:
        barrier.wait(timeout=10)
        try:
            return mail_due() + mail_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(lambda _number: work(), range(4)))
    while more := mail_due():
        done += more

    assert done == len(people)
    assert promised() == [user.email for user in people]
