"""A month that is over: its statement is told of once, to those who may read it, when it is over on their wall."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from prm.accounts.models import Organisation
from prm.audit.models import Event
from prm.ledger.actions import Earning, earn
from prm.ledger.models import IssuedStatement
from prm.ledger.rules import month_before
from prm.ledger.statements import issue_statements
from prm.ledger.states import Kind
from prm.notices.models import Notice
from tests.factories import Cast

BOOKED = datetime(2026, 10, 20, 12, tzinfo=UTC)
AFTER = datetime(2026, 11, 2, tzinfo=UTC)


def book(organisation: Organisation, at: datetime = BOOKED, cause: str = "once") -> None:
    earn(
        organisation=organisation,
        seller=None,
        subject=("deal", f"deal_{cause}"),
        label="DR-1 · Acme",
        earnings=[Earning(Kind.ONCE, cause, Decimal(50), Decimal("0.1"), Decimal(500))],
        currency="EUR",
        earned_on=at.date(),
        wait_days=0,
        by=None,
        now=at,
    )


def told() -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(kind="earnings.statement").order_by("user__email")
    return [(row.user.email, row.title, row.path) for row in rows.select_related("user") if row.user]


@pytest.mark.parametrize(
    ("month", "before"),
    [
        (date(2026, 11, 1), date(2026, 10, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2026, 2, 1), date(2026, 1, 1)),
    ],
)
def test_month_before_crosses_the_year(month: date, before: date) -> None:
    assert month_before(month) == before


def test_statement_is_told_to_who_may_read_it_and_once(cast: Cast) -> None:
    helix = cast.helix.organisation
    book(helix)
    issued = [issue_statements(now=AFTER + timedelta(hours=hour)) for hour in range(3)]

    assert issued == [1, 0, 0]
    assert told() == [
        (
            cast.helix.admin.email,
            "Your statement of October 2026 is ready",
            f"/earnings/{helix.public_id}/?month=2026-10",
        )
    ]
    event = Event.objects.get(kind="statement.issued")
    assert (event.organisation_id, event.subject_id, event.data) == (helix.pk, helix.public_id, {"month": "2026-10"})


@pytest.mark.parametrize(
    ("zone", "at", "issued"),
    [
        ("Europe/Berlin", datetime(2026, 10, 31, 22, 59, tzinfo=UTC), 0),
        ("Europe/Berlin", datetime(2026, 10, 31, 23, 0, tzinfo=UTC), 1),
        ("America/New_York", datetime(2026, 11, 1, 3, 59, tzinfo=UTC), 0),
        ("America/New_York", datetime(2026, 11, 1, 4, 0, tzinfo=UTC), 1),
        ("Pacific/Kiritimati", datetime(2026, 10, 31, 10, 0, tzinfo=UTC), 1),
        ("UTC", datetime(2026, 11, 30, 23, 59, tzinfo=UTC), 1),
        # A month late: found all the same. Two months late it is history.
        ("UTC", datetime(2026, 12, 31, 9, 0, tzinfo=UTC), 1),
        ("UTC", datetime(2027, 1, 1, 9, 0, tzinfo=UTC), 0),
    ],
)
def test_month_ends_on_the_wall_of_the_organisation(cast: Cast, zone: str, at: datetime, issued: int) -> None:
    Organisation.objects.filter(pk=cast.helix.organisation.pk).update(time_zone=zone)
    book(cast.helix.organisation)

    assert issue_statements(now=at) == issued


def test_month_without_an_entry_has_nothing_to_tell(cast: Cast) -> None:
    book(cast.helix.organisation, AFTER)

    assert issue_statements(now=AFTER + timedelta(days=1)) == 0
    assert told() == []


def test_each_organisation_hears_of_its_own(cast: Cast) -> None:
    book(cast.helix.organisation)
    book(cast.orbit.organisation)

    assert issue_statements(now=AFTER) == 2
    assert [email for email, _title, _path in told()] == sorted([cast.helix.admin.email, cast.orbit.admin.email])


def test_many_workers_tell_once(live_cast: Cast) -> None:
    for team in (live_cast.helix, live_cast.orbit):
        book(team.organisation)

    def work(_number: int) -> int:
        try:
            return issue_statements(now=AFTER)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        issued = sum(pool.map(work, range(12)))

    assert issued == IssuedStatement.objects.count() == Event.objects.filter(kind="statement.issued").count() == 2
    assert len(told()) == 2
