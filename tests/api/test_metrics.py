from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from prm.accounts.models import Organisation
from prm.clocks.database import database_now
from prm.metrics.registry import METRICS, Metric, Period
from tests.api.conftest import API, bearer, person

pytestmark = pytest.mark.django_db

ASKED: list[tuple[Any, str]] = []


def everybody(partners: list[int] | None, period: Period) -> dict[int, Decimal]:
    """Careless on purpose: answers for everybody, whoever was asked for."""
    ASKED.append((partners, period.label))
    named = dict(Organisation.objects.values_list("name", "pk"))
    figures = {"Helix": Decimal(3), "Orbit": Decimal("4.5")}
    return {named[name]: value for name, value in figures.items() if name in named}


def nobody(partners: list[int] | None, period: Period) -> dict[int, Decimal]:
    return {}


@pytest.fixture(autouse=True)
def metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    ASKED.clear()
    made = [
        Metric("things", "Things", "How many things.", "count", True, everybody),
        Metric("pace", "Pace", "How fast things go.", "days", False, everybody, total="mean"),
        Metric("silence", "Silence", "Nothing at all.", "days", False, nobody, total="mean"),
    ]
    monkeypatch.setattr(METRICS, "_entries", {metric.name: metric for metric in made})


def test_list_explains_every_metric(as_pam: Client) -> None:
    answer = as_pam.get(f"{API}/metrics").json()
    assert [metric["name"] for metric in answer["results"]] == ["things", "pace", "silence"]
    assert answer["results"][0] == {
        "name": "things",
        "title": "Things",
        "description": "How many things.",
        "unit": "count",
        "leading": True,
    }
    assert (answer["next"], answer["previous"]) == (None, None)


def test_vendor_reads_the_programme_and_each_partner(as_pam: Client, helix: Organisation, orbit: Organisation) -> None:
    assert as_pam.get(f"{API}/metrics/things?by=partner&period=2026Q4").json() == {
        "name": "things",
        "title": "Things",
        "unit": "count",
        "leading": True,
        "period": "2026Q4",
        "total": 7.5,
        "results": [
            {"partner": {"id": helix.public_id, "name": "Helix"}, "value": 3},
            {"partner": {"id": orbit.public_id, "name": "Orbit"}, "value": 4.5},
        ],
    }
    assert ASKED == [(None, "2026Q4")]


def test_partner_reads_its_own_figure_alone(as_admin: Client, helix: Organisation, orbit: Organisation) -> None:
    answer = as_admin.get(f"{API}/metrics/things?by=partner")
    assert answer.json()["total"] == 3
    assert [row["partner"]["name"] for row in answer.json()["results"]] == ["Helix"]
    assert [partners for partners, _label in ASKED] == [[helix.pk]]
    assert orbit.public_id not in answer.content.decode()


def test_without_by_there_is_only_the_total(as_pam: Client, helix: Organisation, orbit: Organisation) -> None:
    answer = as_pam.get(f"{API}/metrics/pace").json()
    assert answer["total"] == 3.75
    assert "results" not in answer


def test_this_quarter_is_the_default(as_pam: Client, helix: Organisation) -> None:
    answer = as_pam.get(f"{API}/metrics/things").json()
    assert answer["period"] == Period.quarter_of(database_now()).label


def test_mean_of_nothing_is_null(as_pam: Client) -> None:
    answer = as_pam.get(f"{API}/metrics/silence?by=partner").json()
    assert (answer["total"], answer["results"]) == (None, [])


@pytest.mark.parametrize("period", ["2026", "2026Q1", "2026-01"])
def test_periods_are_years_quarters_and_months(as_pam: Client, period: str) -> None:
    assert as_pam.get(f"{API}/metrics/things?period={period}").json()["period"] == period


@pytest.mark.parametrize(
    "query",
    [
        *("period=2026Q5", "period=", "period=1999", "period=２０２６", "period=2026-13", "period=" + "9" * 99),
        *("by=person", "by=", "x=1"),
    ],
)
def test_question_that_cannot_be_read_is_400(as_pam: Client, query: str) -> None:
    answer = as_pam.get(f"{API}/metrics/things?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [query.split("=")[0]]


def test_unknown_metric_is_404(as_pam: Client) -> None:
    assert as_pam.get(f"{API}/metrics/unknown").status_code == 404


@pytest.mark.parametrize("path", ["/metrics", "/metrics/things"])
@pytest.mark.parametrize(
    ("side", "role"), [("helix", "support"), ("helix", "marketing"), ("vendor", "expert"), ("vendor", "finance")]
)
def test_role_without_the_right_is_403(
    vendor: Organisation, helix: Organisation, side: str, role: str, path: str
) -> None:
    organisation = helix if side == "helix" else vendor
    assert bearer(person(organisation, role)).get(API + path).status_code == 403
    assert ASKED == []
