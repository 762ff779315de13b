"""Exact figures of two partners in one quarter. Rows are put where the quarter needs them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from deals.cases.models import DirectCase
from deals.decisions import actions as decisions
from deals.direct.models import DirectTouch
from deals.leads.answers import accept
from deals.leads.models import LeadOffer
from deals.protections.models import Protection
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.customers.actions import record_revenue
from partners.models import Partner
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.metrics.registry import METRICS, Metric, Period
from prm.metrics.selectors import figures
from tests.factories import Cast, Team, make_account, make_approved, make_registration, offer_to

Q3 = Period.parse("2026Q3")
INSIDE = datetime(2026, 8, 12, 9, tzinfo=UTC)  # a Wednesday
BEFORE = datetime(2026, 6, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def figure(name: str, *teams: Team, period: Period = Q3) -> dict[int, Decimal]:
    return METRICS[name].compute([team.organisation.pk for team in teams] or None, period)


def put(registration: Registration, **columns: object) -> Registration:
    """Place a registration in time, beside the verbs."""
    Registration.objects.filter(pk=registration.pk).update(**columns)
    registration.refresh_from_db()
    return registration


def submitted(team: Team, at: datetime, **columns: object) -> Registration:
    return put(make_registration(team), submitted_at=at, priority_at=at, decision_due_at=at + 2 * DAY, **columns)


def approved(team: Team, at: datetime, hours: int, **columns: object) -> Registration:
    end = at + timedelta(hours=hours)
    place = {"submitted_at": at, "priority_at": at, "decision_due_at": at + 2 * DAY}
    return put(make_approved(team), decided_at=end, **place, **columns)


def rejected(team: Team, at: datetime, hours: int) -> Registration:
    registration = make_registration(team)
    assert team.partner.pam
    decisions.reject(registration=registration, reason="tender", message="No.", by=team.partner.pam, now=database_now())
    place = {"submitted_at": at, "priority_at": at, "decision_due_at": at + 2 * DAY}
    return put(registration, decided_at=at + timedelta(hours=hours), **place)


def test_registrations_submitted_counts_each_partner_within_the_period(cast: Cast) -> None:
    for at in (Q3.start, INSIDE, Q3.end - timedelta(microseconds=1)):
        submitted(cast.helix, at)
    for at in (Q3.start - timedelta(microseconds=1), Q3.end):
        submitted(cast.helix, at)
    submitted(cast.orbit, INSIDE)
    helix, orbit = cast.helix.organisation.pk, cast.orbit.organisation.pk
    assert figure("registrations_submitted") == {helix: Decimal(3), orbit: Decimal(1)}
    assert figure("registrations_submitted", cast.orbit) == {orbit: Decimal(1)}


def test_registrations_submitted_leaves_drafts_out(cast: Cast) -> None:
    from tests.factories import make_draft

    make_draft(cast.helix)
    assert figure("registrations_submitted", period=Period.quarter_of(database_now())) == {}


@pytest.mark.parametrize(
    ("change", "counted"),
    [
        ({}, True),
        ({"submitted_at": Q3.end, "priority_at": Q3.end}, False),
        ({"state": State.WITHDRAWN, "ended_at": INSIDE}, False),
        ({"state": State.LAPSED, "ended_at": Q3.end}, True),
        ({"currency": "USD"}, False),
    ],
    ids=["open", "submitted later", "ended within", "ended afterwards", "another currency"],
)
def test_pipeline_open_is_what_lived_at_the_end(cast: Cast, change: dict[str, object], counted: bool) -> None:
    put(submitted(cast.helix, INSIDE, value=Decimal("1250.50")), **change)
    expected = {cast.helix.organisation.pk: Decimal("1250.50")} if counted else {}
    assert figure("pipeline_open") == expected


def test_pipeline_open_adds_review_and_protected_but_not_rejected(cast: Cast) -> None:
    submitted(cast.helix, BEFORE, value=Decimal(100))
    approved(cast.helix, INSIDE, 4, value=Decimal(30))
    rejected(cast.helix, INSIDE, 4)
    late = rejected(cast.helix, Q3.end - DAY, 48)
    put(late, value=Decimal(7))
    assert figure("pipeline_open") == {cast.helix.organisation.pk: Decimal(137)}


def test_approval_share_is_of_the_decisions_in_the_period(cast: Cast) -> None:
    for hours in (1, 2):
        approved(cast.helix, INSIDE, hours)
    rejected(cast.helix, INSIDE, 3)
    rejected(cast.helix, BEFORE, 3)
    rejected(cast.orbit, INSIDE, 3)
    shares = figure("approval_share")
    assert shares == {cast.helix.organisation.pk: Decimal("0.6667"), cast.orbit.organisation.pk: Decimal(0)}
    assert METRICS["approval_share"].fold(shares) == Decimal("0.33335")


def test_decisions_in_time_counts_the_due_moment_as_in_time(cast: Cast) -> None:
    for hours in (1, 48, 49, 100):
        approved(cast.helix, INSIDE, hours)
    assert figure("decisions_in_time") == {cast.helix.organisation.pk: Decimal("0.5")}


def test_decision_hours_is_the_median_without_weekends(cast: Cast) -> None:
    friday = datetime(2026, 8, 14, 12, tzinfo=UTC)
    approved(cast.helix, friday, 72)  # to Monday noon: 24 hours on business days
    approved(cast.helix, INSIDE, 10)
    approved(cast.helix, INSIDE, 40)
    rejected(cast.orbit, INSIDE, 6)
    approved(cast.orbit, INSIDE, 9)
    assert figure("decision_hours") == {
        cast.helix.organisation.pk: Decimal("24.0"),
        cast.orbit.organisation.pk: Decimal("7.5"),
    }


def test_decision_hours_follow_the_calendar_of_the_account_manager(cast: Cast) -> None:
    # Friday 20:00 in Berlin is Saturday in Apia: there, nothing of it is a business day.
    approved(cast.helix, datetime(2026, 8, 14, 18, tzinfo=UTC), 24)
    cast.pam.time_zone = "Pacific/Apia"
    cast.pam.save()
    assert figure("decision_hours") == {cast.helix.organisation.pk: Decimal("0.0")}
    cast.pam.time_zone = ""
    cast.pam.save()
    assert figure("decision_hours") == {cast.helix.organisation.pk: Decimal("4.0")}


def test_overrides_count_approvals_with_a_reason(cast: Cast) -> None:
    approved(cast.helix, INSIDE, 1, override_reason="customer_choice")
    approved(cast.helix, INSIDE, 1, override_reason="other")
    approved(cast.helix, INSIDE, 1)
    approved(cast.orbit, BEFORE, 1, override_reason="other")
    assert figure("overrides") == {cast.helix.organisation.pk: Decimal(2)}


def test_protections_active_counts_deals_and_not_their_products(cast: Cast) -> None:
    fleet, planner = cast.products["fleet-cloud"], cast.products["route-planner"]
    now = database_now()
    make_approved(cast.helix, fleet, planner, now=now - DAY)
    make_approved(cast.helix, fleet, now=now - DAY)
    lost = make_approved(cast.orbit, fleet, now=now - DAY)
    quarter = Period.quarter_of(now)
    one = Decimal(1)
    assert figure("protections_active", period=quarter) == {
        cast.helix.organisation.pk: 2 * one,
        cast.orbit.organisation.pk: one,
    }
    registrations.lose(registration=lost, reason="price", by=cast.orbit.rep, now=now)
    assert figure("protections_active", cast.orbit, period=quarter) == {}


def test_protections_active_looks_at_the_end_of_a_past_period(cast: Cast) -> None:
    approved(cast.helix, INSIDE, 1)
    Protection.objects.update(period=(INSIDE, Q3.end))
    assert figure("protections_active") == {}
    Protection.objects.update(period=(INSIDE, Q3.end + DAY))
    assert figure("protections_active") == {cast.helix.organisation.pk: Decimal(1)}
    assert figure("protections_active", period=Period.parse("2026Q2")) == {}


def test_won_revenue_takes_back_what_was_reversed(cast: Cast) -> None:
    def revenue(team: Team, subject: str, amount: str, on: date, kind: str = "won", currency: str = "EUR") -> None:
        record_revenue(
            account=make_account(),
            partner=team.partner,
            subject=("deal", subject),
            amount=Decimal(amount),
            currency=currency,
            origin="partner",
            on=on,
            now=database_now(),
            kind=kind,
        )

    revenue(cast.helix, "a", "1000.10", date(2026, 7, 1))
    revenue(cast.helix, "b", "500.00", date(2026, 9, 30))
    revenue(cast.helix, "a", "250.00", date(2026, 8, 1), kind="reversed")
    revenue(cast.helix, "c", "9000.00", date(2026, 10, 1))
    revenue(cast.helix, "d", "70.00", date(2026, 8, 1), currency="CHF")
    revenue(cast.orbit, "e", "20.00", date(2026, 8, 1))
    expected = {cast.helix.organisation.pk: Decimal("1250.10"), cast.orbit.organisation.pk: Decimal("20.00")}
    assert figure("won_revenue") == expected
    assert METRICS["won_revenue"].fold(expected) == Decimal("1270.10")


def test_won_revenue_follows_a_win(cast: Cast) -> None:
    now = database_now()
    deal = make_approved(cast.helix, value=Decimal("86400.00"))
    registrations.win(
        registration=deal,
        closed_on=now.date(),
        early_reason="Signed at once.",
        value=Decimal("80000.00"),
        by=cast.helix.rep,
        now=now,
    )
    assert figure("won_revenue", period=Period.quarter_of(now)) == {cast.helix.organisation.pk: Decimal("80000.00")}


def test_time_to_first_deal_is_told_once_in_the_period_of_the_first(cast: Cast) -> None:
    Partner.objects.update(joined_on=date(2026, 7, 3))
    submitted(cast.helix, INSIDE)
    submitted(cast.helix, INSIDE + 5 * DAY)
    submitted(cast.orbit, BEFORE)
    submitted(cast.orbit, INSIDE)
    assert figure("time_to_first_deal") == {cast.helix.organisation.pk: Decimal(40)}
    assert figure("time_to_first_deal", period=Period.parse("2026Q2")) == {cast.orbit.organisation.pk: Decimal(0)}


def judged_cases(team: Team, seller: User, *states: str) -> None:
    """Our own sales at a customer of the partner, decided inside the period."""
    deal = Registration.objects.filter(partner=team.partner, account__isnull=False).latest("pk")
    assert deal.account is not None
    for state in states:
        touch = DirectTouch.objects.create(account=deal.account, kind="call", on=INSIDE.date(), created_at=INSIDE)
        about = {"touch": touch, "registration": deal, "seller": seller, "reason": "Why"}
        DirectCase.objects.create(**about, state=state, opened_at=INSIDE, due_at=INSIDE + DAY, decided_at=INSIDE)


def test_breaches_of_our_own_sales_are_what_is_not_respected(cast: Cast) -> None:
    approved(cast.helix, INSIDE, 3)
    approved(cast.orbit, INSIDE, 3)
    judged_cases(cast.helix, cast.seller, "permitted", "breach", "withdrawn", "attached")
    judged_cases(cast.orbit, cast.seller, "permitted")

    assert figure("protections_respected") == {
        cast.helix.organisation.pk: Decimal("0.7500"),
        cast.orbit.organisation.pk: Decimal("1.0000"),
    }
    assert figure("protections_respected", period=Period.parse("2026Q2")) == {}


@pytest.mark.parametrize("metric", list(METRICS), ids=METRICS.names())
def test_metric_asks_the_database_once_and_only_about_the_asked(
    cast: Cast, metric: Metric, django_assert_num_queries
) -> None:
    approved(cast.helix, INSIDE, 3, override_reason="other")
    approved(cast.orbit, INSIDE, 3, override_reason="other")
    record_revenue(
        account=make_account(),
        partner=cast.orbit.partner,
        subject=("deal", "x"),
        amount=Decimal(5),
        currency="EUR",
        origin="partner",
        on=INSIDE.date(),
        now=INSIDE,
    )
    judged_cases(cast.orbit, cast.seller, "permitted")
    accept(offer=offer_to(cast.orbit, cast.pam), by=cast.orbit.rep, now=database_now())
    LeadOffer.objects.update(answered_at=INSIDE)
    Protection.objects.update(period=(INSIDE, Q3.end + DAY))
    Registration.objects.update(escalated_at=INSIDE, provisional_due_at=INSIDE, provisional_at=INSIDE)
    Registration.objects.update(early_reason="Signed at once.")
    with django_assert_num_queries(1):
        found = metric.compute([cast.orbit.organisation.pk], Q3)
    assert set(found) == {cast.orbit.organisation.pk}
    with django_assert_num_queries(1):
        everybody = metric.compute(None, Q3)
    assert everybody[cast.orbit.organisation.pk] == found[cast.orbit.organisation.pk]
    assert all(isinstance(value, Decimal) for value in everybody.values())
    assert metric.compute([], Q3) == {}


@pytest.mark.parametrize("metric", list(METRICS), ids=METRICS.names())
def test_metric_of_a_partner_shows_nobody_else_to_it(cast: Cast, metric: Metric) -> None:
    approved(cast.helix, INSIDE, 3)
    approved(cast.orbit, INSIDE, 3)
    shown = figures(metric, Q3, reader=cast.orbit.rep).of_partners
    assert {partner.pk for partner, _value in shown} <= {cast.orbit.organisation.pk}


def test_leading_metrics_are_declared_before_lagging_ones() -> None:
    leading = [metric.leading for metric in METRICS]
    assert leading == sorted(leading, reverse=True)
