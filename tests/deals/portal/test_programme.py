"""The rules of engagement, and how the programme does."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from deals.programme import selectors
from deals.programme.selectors import Figure
from deals.programme.writing import quarter, written
from deals.rulebook import SCHEMA, DealRules, clauses
from prm.clocks.database import database_now
from prm.metrics.registry import METRICS, Metric, Period
from prm.policy.models import PolicyVersion
from prm.policy.selectors import current
from tests.deals.portal.conftest import Login
from tests.deals.portal.reading import html, main
from tests.deals.portal.test_list import counted
from tests.factories import Cast, make_approved, make_registration, make_team


def publish(number: int, effective_from: datetime, **values: Any) -> PolicyVersion:
    rules = DealRules(**values).model_dump(mode="json")
    return PolicyVersion.objects.create(
        schema=SCHEMA, number=number, values=rules, effective_from=effective_from, published_at=database_now()
    )


# Rules


def test_everybody_reads_the_rules(cast: Cast, login: Login) -> None:
    people = [*cast.vendor_staff, cast.helix.admin, cast.helix.rep, cast.helix.engineer, cast.helix.marketing]

    assert [login(user).get("/rules/").status_code for user in people] == [200] * len(people)


def test_rules_have_an_anchor_for_every_clause(cast: Cast, login: Login) -> None:
    page = html(login(cast.helix.rep).get("/rules/"))

    assert [clause.number for clause in clauses(DealRules()) if f'<article id="{clause.anchor}">' not in page] == []
    assert page.count("<article ") == len(clauses(DealRules()))


def test_rules_say_the_numbers_in_force(cast: Cast, login: Login) -> None:
    now = database_now()
    current(SCHEMA, DealRules, now=now)
    publish(2, now - timedelta(hours=1), protection_days=45, decision_business_days=3)
    publish(3, now + timedelta(days=60), protection_days=30)

    said = main(login(cast.helix.rep).get("/rules/"))

    assert "Version 2, in force since" in said
    assert "to the end of the 45th day" in said
    assert "within 3 business days" in said


def test_rules_of_a_decision_stay_readable(cast: Cast, login: Login) -> None:
    now = database_now()
    current(SCHEMA, DealRules, now=now)
    publish(2, now - timedelta(hours=1), protection_days=45)

    said = main(login(cast.helix.rep).get("/rules/1/"))

    assert "These rules applied at that time. Version 2 is in force now: read the present rules." in said
    assert "to the end of the 90th day" in said


def test_rules_in_force_are_not_called_old(cast: Cast, login: Login) -> None:
    current(SCHEMA, DealRules, now=database_now())

    assert "These rules applied at that time." not in main(login(cast.helix.rep).get("/rules/1/"))


def test_rules_that_do_not_exist_are_not_there_and_those_to_come_are(cast: Cast, login: Login) -> None:
    """Partners are told of a version when it is published, and read it before it begins."""
    publish(7, database_now() + timedelta(days=60))
    client = login(cast.helix.rep)

    assert [client.get(f"/rules/{number}/").status_code for number in (7, 99, 10**30)] == [200, 404, 404]


# Insight


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *(("pam", 200), ("admin", 200), ("executive", 200), ("seller", 403), ("expert", 403), ("finance", 403)),
    ],
)
def test_insight_is_for_those_who_read_all_figures(cast: Cast, login: Login, who: str, status: int) -> None:
    client = login(getattr(cast, who))

    assert client.get("/insight/").status_code == status
    assert ('href="/insight/"' in html(client.get("/work/"))) == (status == 200)


def test_insight_is_not_for_partners(cast: Cast, login: Login) -> None:
    assert login(cast.helix.admin).get("/insight/").status_code == 403


def test_insight_shows_leading_figures_before_lagging_ones(cast: Cast, login: Login) -> None:
    make_approved(cast.helix)
    make_registration(cast.orbit)

    said = main(login(cast.executive).get("/insight/"))

    assert said.index("What will happen") < said.index("Registrations 2") < said.index("What has happened")
    assert "Open pipeline €172.8K" in said
    assert said.index("By partner") < said.rindex("Helix Systems") < said.rindex("Orbit Solutions")


def test_insight_of_a_quarter_without_deals_says_so(cast: Cast, login: Login) -> None:
    long_ago = selectors.quarters(database_now())[-1]

    said = main(login(cast.executive).get("/insight/", {"period": long_ago.label}))

    assert f"{quarter(long_ago.label)} against the quarter before" in said
    assert "Nothing happened in this quarter" in said


@pytest.mark.parametrize("period", ["2019Q1", "nonsense", "2026", "", "9999Q4"])
def test_insight_of_an_odd_period_is_not_there(cast: Cast, login: Login, period: str) -> None:
    assert login(cast.executive).get("/insight/", {"period": period}).status_code == 404


def test_queries_of_insight_do_not_grow(cast: Cast, login: Login) -> None:
    client = login(cast.executive)
    counts = []
    for number in range(3):
        make_approved(make_team(f"team{number}", f"Team {number}", pam=cast.pam))
        with counted() as captured:
            client.get("/insight/")
        counts.append(len(captured))

    assert counts[0] == counts[1] == counts[2]


def metric(**changes: Any) -> Metric:
    given: dict[str, Any] = {"name": "m", "title": "M", "description": "", "unit": "count", "leading": True}
    return Metric(**{**given, "compute": lambda ids, period: {}, **changes})


def test_figures_are_compared_with_the_quarter_before(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"2026Q4": {1: Decimal(6), 2: Decimal(4)}, "2026Q3": {1: Decimal(8)}}
    monkeypatch.setattr(METRICS, "_entries", {"m": metric(compute=lambda ids, period: found.get(period.label, {}))})

    [figure] = selectors.figures(Period.parse("2026Q4"))

    assert (figure.total, figure.before, figure.change) == (Decimal(10), Decimal(8), Decimal("0.25"))


@pytest.mark.parametrize(("total", "before"), [(Decimal(1), None), (None, Decimal(1)), (Decimal(1), Decimal(0))])
def test_change_of_what_cannot_be_compared_is_unknown(total: Decimal | None, before: Decimal | None) -> None:
    assert Figure(metric(), total, before, {}).change is None


def test_quarters_go_back_over_the_turn_of_the_year() -> None:
    labels = [period.label for period in selectors.quarters(datetime(2026, 5, 1, tzinfo=UTC), 4)]

    assert labels == ["2026Q2", "2026Q1", "2025Q4", "2025Q3"]


def test_bars_run_from_the_oldest_quarter_to_the_chosen_one() -> None:
    counted_by_year = metric(compute=lambda ids, period: {1: Decimal(period.start.month)})

    asked = Period.parse("2026Q1")
    before = Period.quarter_of(asked.start - timedelta(days=1))
    now, then = counted_by_year.compute(None, asked), counted_by_year.compute(None, before)
    figure = selectors.Figure(counted_by_year, counted_by_year.fold(now), counted_by_year.fold(then), now)
    shown = selectors.over_time(figure, asked)

    assert shown == [("2025Q2", 4), ("2025Q3", 7), ("2025Q4", 10), ("2026Q1", 1)]


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        ("count", Decimal("12.00"), "12"),
        ("count", Decimal(1200), "1,200"),
        ("money", Decimal(412300), "€412.3K"),
        ("share", Decimal("0.71"), "71%"),
        ("hours", Decimal("22.46"), "22.5 h"),
        ("days", Decimal("1.4"), "1.4 days"),
        ("days", None, "–"),
    ],
)
def test_figure_is_written_in_its_unit(unit: str, value: Decimal | None, said: str) -> None:
    assert written(value, metric(unit=unit)) == said


def test_quarter_is_written_as_people_say_it() -> None:
    assert quarter("2026Q4") == "Q4 2026"
