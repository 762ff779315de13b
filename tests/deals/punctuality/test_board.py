"""The vendor's punctuality as everybody reads it, and nobody's own besides."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client

from deals.metrics import late
from deals.punctuality.selectors import Kept, board, kept, months_of, periods
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.metrics.registry import Period
from tests.factories import Cast, Team, make_approved, make_team

NOVEMBER = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def decided(team: Team, at: datetime, hours: int, *, due: int = 48, **changes: object) -> Registration:
    """Decided at that moment, so many hours after it took its place."""
    deal = make_approved(team)
    place = at - hours * HOUR
    dates = {"decided_at": at, "submitted_at": place, "priority_at": place, "decision_due_at": place + due * HOUR}
    Registration.objects.filter(pk=deal.pk).update(**dates, protected_until=at + 90 * DAY, **changes)
    return deal


def last_month() -> datetime:
    return periods(database_now())[0].start + 3 * DAY


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOVEMBER, ["2026-10", "2026-09", "2026-08", "2026Q3"]),
        (datetime(2026, 1, 1, tzinfo=UTC), ["2025-12", "2025-11", "2025-10", "2025Q4"]),
        (datetime(2026, 3, 31, 23, 59, tzinfo=UTC), ["2026-02", "2026-01", "2025-12", "2025Q4"]),
        (datetime(2026, 4, 1, tzinfo=UTC), ["2026-03", "2026-02", "2026-01", "2026Q1"]),
    ],
)
def test_full_months_and_the_full_quarter_before(now: datetime, expected: list[str]) -> None:
    assert [period.label for period in periods(now)] == expected


@pytest.mark.parametrize(
    ("decisions", "late", "share"), [(0, 0, None), (4, 0, Decimal(1)), (4, 1, Decimal("0.75")), (3, 3, Decimal(0))]
)
def test_share_in_time(decisions: int, late: int, share: Decimal | None) -> None:
    assert Kept(decisions, late, None, None, 0, 0, 0, 0).in_time == share


def test_figures_of_a_period(cast: Cast) -> None:
    month = last_month()
    for hours in (10, 20, 30, 40):
        decided(cast.helix, month, hours)
    decided(cast.orbit, month, 100, asks=2, escalated_at=month, provisional_due_at=month)
    decided(cast.orbit, month - 60 * DAY, 1)
    period = Period.parse(f"{month:%Y-%m}")

    found = kept(Registration.objects.all(), period, beside=cast.helix.partner)
    assert found == Kept(5, 1, Decimal("30.0"), Decimal("76.0"), 1, 0, 2, 1)
    nothing = kept(Registration.objects.none(), period)
    assert nothing.in_time is None
    assert kept(Registration.objects.filter(partner=cast.orbit.partner), period).median_hours == Decimal("100.0")


def test_question_reads_the_index_alone(cast: Cast) -> None:
    period = periods(database_now())[0]
    rows = Registration.objects.filter(decided_at__gte=period.start, decided_at__lt=period.end).order_by()
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off; set local enable_bitmapscan = off")
    plan = rows.values("decided_at", "submitted_at", "decision_due_at", "escalated_at", "asks", "partner").explain()

    assert "Index Only Scan using registration_decided" in plan


def test_programme_is_hidden_from_partners_until_five_others_have_a_decision(cast: Cast) -> None:
    month = last_month()
    decided(cast.helix, month, 10)
    teams = [cast.orbit, *(make_team(f"extra{n}", f"Extra {n}", pam=cast.pam) for n in range(4))]
    for team in teams[:-1]:
        decided(team, month, 20)
    four = board(cast.helix.rep, database_now())
    decided(teams[-1], month, 20)
    five = board(cast.helix.rep, database_now())

    assert four.programme[0] is None
    assert five.programme[0] is not None
    assert five.programme[0].decisions == 6
    assert [one.decisions for one in (five.own or [])][:1] == [1]
    # The vendor's people read everything, and no partner reads another's.
    whole = board(cast.pam, database_now())
    assert (whole.programme[0] is not None, whole.own) == (True, None)


def test_quarter_is_hidden_with_any_of_its_months(cast: Cast) -> None:
    """What is left out of a month could be had by subtracting the others."""
    quarter = periods(database_now())[-1]
    teams = [cast.orbit, *(make_team(f"extra{n}", f"Extra {n}", pam=cast.pam) for n in range(4))]
    first, second, third = months_of(quarter)
    for team in teams:
        decided(team, first.start + DAY, 20)
        decided(team, second.start + DAY, 20)
    decided(teams[0], third.start + DAY, 20)

    assert board(cast.helix.rep, database_now()).programme[-1] is None
    assert board(cast.admin, database_now()).programme[-1] is not None
    for team in teams[1:]:
        decided(team, third.start + DAY, 20)
    whole = board(cast.helix.rep, database_now()).programme[-1]
    assert whole is not None
    assert whole.decisions == 15


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_page_for_each_side(cast: Cast) -> None:
    decided(cast.helix, last_month(), 10)
    partner = browser(cast.helix.rep).get("/punctuality/").content.decode()
    marketing = browser(cast.helix.marketing).get("/punctuality/").content.decode()
    vendor = browser(cast.executive).get("/punctuality/").content.decode()

    assert ["Your registrations" in page for page in (partner, marketing, vendor)] == [True, False, False]
    assert ["fewer than five" in page for page in (partner, marketing, vendor)] == [True, True, False]
    assert "100%" in partner
    assert "100%" not in marketing
    assert "100%" in vendor


def test_file_has_what_the_page_shows(cast: Cast) -> None:
    decided(cast.helix, last_month(), 10)
    lines = b"".join(browser(cast.helix.rep).get("/punctuality/export/")).decode("utf-8-sig").splitlines()

    assert [line.split(",")[0] for line in lines] == [
        "Whose",
        *["Your registrations"] * 8,
        *["The whole programme"] * 8,
    ]
    assert lines[1].split(",")[:3] == ["Your registrations", "Decisions", "1"]
    assert lines[9].split(",")[:3] == ["The whole programme", "Decisions", ""]


def test_metrics_count_by_the_moment_it_happened(cast: Cast) -> None:
    month = last_month()
    period = Period.parse(f"{month:%Y-%m}")
    decided(cast.helix, month, 90, escalated_at=month, provisional_due_at=month, provisional_at=month)
    decided(cast.orbit, month, 90, escalated_at=month - 90 * DAY, provisional_due_at=month)
    helix = cast.helix.organisation.pk

    assert late(None, period) == {"escalations": {helix: 1}, "provisional_protections": {helix: 1}}
    assert late([helix], period)["provisional_protections"] == {helix: 1}
    assert late([cast.orbit.organisation.pk], period) == {"escalations": {}, "provisional_protections": {}}
