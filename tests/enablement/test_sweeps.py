"""Ends and reminders by the clock: each once, and late ones as one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enablement.certificates import sweeps
from enablement.certificates.actions import revoke
from enablement.certificates.models import Certificate
from enablement.certificates.selectors import figures, forecast
from enablement.tasks import expire_due, remind_due
from partners.models import Capability
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.enablement.making import awarded, make_certification, moved
from tests.factories import Cast, make_user


def events(kind: str) -> list[dict[str, object]]:
    return list(Event.objects.filter(kind=kind).order_by("pk").values_list("data", flat=True))


def test_life_of_a_certificate(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)
    day = timedelta(days=1)
    for before in (90, 30, 7):
        assert sweeps.remind_due(now=row.ends_at - before * day) == 1
        assert sweeps.remind_due(now=row.ends_at - before * day) == 0
    assert events("certificate.reminded") == [{"days": 90}, {"days": 30}, {"days": 7}]

    assert sweeps.remind_due(now=row.ends_at) == 1
    assert events("certificate.ended") == [{}]
    assert sweeps.expire_due(now=row.grace_ends_at - timedelta(seconds=1)) == 0
    assert Capability.objects.exists()

    assert sweeps.expire_due(now=row.grace_ends_at) == 1
    assert sweeps.expire_due(now=row.grace_ends_at) == 0
    assert events("certificate.expired") == [{}]
    assert not Capability.objects.exists()
    keys = Notice.objects.filter(user=cast.helix.rep, kind__in=["certificate.reminded", "certificate.ended"])
    assert keys.count() == 5
    assert Notice.objects.filter(user=cast.helix.admin, kind__startswith="certificate.").count() == 6


@pytest.mark.parametrize(("late", "days"), [(89, 90), (25, 30), (6, 7), (2, 7)])
def test_missed_reminders_are_one(cast: Cast, late: int, days: int) -> None:
    row = awarded(cast, cast.helix.rep)

    assert sweeps.remind_due(now=row.ends_at - timedelta(days=late)) == 1

    assert events("certificate.reminded") == [{"days": days}]


def test_after_a_long_silence_only_the_end_is_told(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)
    late = row.grace_ends_at + timedelta(days=3)

    sweeps.expire_due(now=late)
    sweeps.remind_due(now=late)

    assert (events("certificate.reminded"), events("certificate.ended")) == ([], [])
    assert events("certificate.expired") == [{}]


def test_reminder_that_comes_after_the_grace_tells_nothing(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)

    assert sweeps.remind_due(now=row.grace_ends_at) == 1

    assert (events("certificate.reminded"), events("certificate.ended")) == ([], [])


def test_renewed_is_reminded_of_its_new_end(cast: Cast) -> None:
    row = moved(awarded(cast, cast.helix.rep), 20)
    sweeps.remind_due(now=row.ends_at - timedelta(days=7))
    awarded(cast, cast.helix.rep, row.certification)
    row.refresh_from_db()

    assert sweeps.remind_due(now=row.ends_at - timedelta(days=91)) == 0
    assert sweeps.remind_due(now=row.ends_at - timedelta(days=7)) == 1
    assert [event["days"] for event in events("certificate.reminded")] == [7, 7]
    assert Notice.objects.filter(user=cast.helix.rep, kind="certificate.reminded").count() >= 1


def test_revoked_is_neither_reminded_nor_expired(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)
    revoke(certificate=row, reason="mistake", message="No.", by=cast.admin, now=database_now())

    assert sweeps.remind_due(now=row.ends_at) == sweeps.expire_due(now=row.grace_ends_at) == 0


def test_who_works_nowhere_is_told_alone(cast: Cast) -> None:
    row = awarded(cast, cast.helix.rep)
    cast.helix.rep.memberships.update(ended_at=database_now())

    sweeps.expire_due(now=row.grace_ends_at)

    assert Event.objects.get(kind="certificate.expired").organisation_id is None
    assert [notice.user for notice in Notice.objects.filter(kind="certificate.ended")] == [cast.helix.rep]


def test_tasks_look_at_the_clock_of_the_database(cast: Cast) -> None:
    what = make_certification(cast.admin)
    over, ending = moved(awarded(cast, cast.helix.rep, what), -60), awarded(cast, cast.helix.engineer, what)
    Certificate.objects.filter(pk=ending.pk).update(next_reminder_at=database_now())

    expire_due()
    remind_due()

    over.refresh_from_db()
    ending.refresh_from_db()
    assert over.expired_at is not None
    assert ending.next_reminder_at is not None
    assert ending.next_reminder_at > database_now()


@pytest.mark.parametrize("sweep", ["expire_due", "remind_due"])
def test_many_cost_as_much_as_few(cast: Cast, sweep: str) -> None:
    """For people of one partner: the batch is written by statements, not row by row."""
    what = make_certification(cast.admin)
    people = [make_user(f"p{n}@helix.example", cast.helix.organisation, "support") for n in range(13)]
    rows = [awarded(cast, person, what) for person in people]
    last = max(row.grace_ends_at for row in rows)
    costs = []
    for part in (rows[:1], rows[1:]):
        Certificate.objects.filter(pk__in=[row.pk for row in part]).update(next_reminder_at=last - timedelta(days=99))
        others = Certificate.objects.exclude(pk__in=[row.pk for row in part])
        others.update(next_reminder_at=None, grace_ends_at=last + timedelta(days=9))
        with CaptureQueriesContext(connection) as asked:
            assert getattr(sweeps, sweep)(now=last if sweep == "expire_due" else rows[0].ends_at) == len(part)
        costs.append(len(asked))
        Certificate.objects.update(grace_ends_at=last)

    assert costs[1] <= costs[0] + 1


def test_desk_counts_what_its_reader_sees(cast: Cast) -> None:
    what, now = make_certification(cast.admin), database_now()
    moved(awarded(cast, cast.helix.rep, what), 30)
    moved(awarded(cast, cast.helix.engineer, what), -5)
    awarded(cast, cast.orbit.rep, what)
    cast.orbit.partner.pam = cast.pam2
    cast.orbit.partner.save()
    Capability.objects.filter(partner=cast.helix.partner).update(valid_until=now + timedelta(days=20))

    found = figures(Certificate.objects.visible_to(cast.pam), cast.pam, now)
    assert (found.people, found.valid, found.ending, found.in_grace, found.at_risk) == (2, 1, 1, 1, 1)
    all_of_it = figures(Certificate.objects.visible_to(cast.admin), cast.admin, now)
    assert (all_of_it.people, all_of_it.valid, all_of_it.at_risk) == (3, 2, 1)
    other = figures(Certificate.objects.visible_to(cast.pam2), cast.pam2, now)
    assert (other.people, other.at_risk) == (1, 0)


def test_forecast_counts_by_month(cast: Cast) -> None:
    what, today = make_certification(cast.admin), database_now().date()
    row = moved(awarded(cast, cast.helix.rep, what), 200)
    moved(awarded(cast, cast.helix.engineer, what), 200)
    awarded(cast, cast.helix.marketing, what)

    months = forecast(Certificate.objects.visible_to(cast.admin), database_now(), today)

    assert len(months) == 12
    assert months[0].first == today.replace(day=1)
    assert {month.first: month.ends for month in months if month.ends} == {row.ends_on.replace(day=1): 2}
