"""Recording rates: a correction is a row of its own, the last one counts, and what was recorded stays."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.currencies import Money
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.rates.actions import Given, record_rate, take_in
from prm.rates.models import Rate
from prm.rates.policies import can_manage
from prm.rates.rules import MOST_DAYS, Quote, Rates
from prm.rates.selectors import all_together, rates_for, together
from prm.rates.shown import sentence
from tests.factories import Cast
from tests.rates.knowing import given, know, know_today


def kinds() -> list[tuple[str, dict[str, Any]]]:
    return list(Event.objects.filter(kind__startswith="rate.").order_by("pk").values_list("kind", "data"))


def test_correction_counts_instead_and_nothing_is_lost(cast: Cast) -> None:
    first = know(cast, value="0.9", source="ECB")
    other_way = know(cast, value="1.25", base="EUR", quote="USD")
    with pytest.raises(StateConflict, match="recorded already"):
        know(cast, value="1.25", base="EUR", quote="USD")

    assert [str(rate) for rate in Rate.objects.order_by("pk")] == [
        "1 USD = 0.9 EUR, 2026-01-05",
        "1 EUR = 1.25 USD, 2026-01-05",
    ]
    assert [rate.is_corrected for rate in Rate.objects.with_standing().order_by("pk")] == [True, False]  # type: ignore[attr-defined]
    assert list(Rate.objects.counting()) == [other_way]
    assert kinds() == [
        ("rate.recorded", {"base": "USD", "quote": "EUR", "value": "0.9", "on": "2026-01-05"}),
        ("rate.corrected", {"base": "EUR", "quote": "USD", "value": "1.25", "on": "2026-01-05"}),
    ]
    assert (first.source, first.recorded_by) == ("ECB", cast.finance)


def test_many_are_taken_in_as_often_as_one_likes(cast: Cast) -> None:
    know(cast, value="0.9")
    now = database_now()
    rows = [given("0.91"), given("1.07", base="CHF"), given("160", base="EUR", quote="JPY")]
    puts = take_in(given=rows, by=cast.finance, now=now)
    again = take_in(given=rows, by=cast.admin, now=database_now())

    assert [(put.rate.plain, put.before and put.before.plain, put.is_unchanged) for put in puts] == [
        ("0.91", "0.9", False),
        ("1.07", None, False),
        ("160", None, False),
    ]
    assert [put.rate for put in again] == [put.rate for put in puts]
    assert [put.is_unchanged for put in again] == [True] * 3
    assert Rate.objects.count() == 4
    assert kinds()[1:] == [("rate.imported", {"new": 2, "corrected": 1})]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"base": "USD", "quote": "GBP"}, ["base"]),
        ({"base": "EUR", "quote": "EUR"}, ["base"]),
        ({"base": "DEM"}, ["base"]),
        ({"value": "0"}, ["value"]),
        ({"value": "NaN"}, ["value"]),
        ({"value": "0.00000000001", "source": "x" * 121}, ["value", "source"]),
        ({"on": "2099-01-01"}, ["on"]),
    ],
)
def test_what_is_no_rate_is_refused_at_its_field(cast: Cast, wrong: dict[str, str], fields: list[str]) -> None:
    now = database_now()
    with pytest.raises(InvalidInput) as one:
        record_rate(given=given(**wrong), by=cast.finance, now=now)
    with pytest.raises(InvalidInput) as many:
        take_in(given=[given(), given(**wrong)], by=cast.finance, now=now)

    assert list(one.value.errors) == fields
    assert list(many.value.errors) == [f"1.{name}" for name in fields]
    assert not Rate.objects.exists()


def test_rates_belong_to_administrators_and_finance(cast: Cast) -> None:
    know(cast)
    people = [cast.admin, cast.finance, cast.executive, cast.pam, cast.seller, cast.expert, cast.helix.admin]
    for person in people[2:]:
        with pytest.raises(NotAllowed):
            record_rate(given=given("0.8"), by=person, now=database_now())
        with pytest.raises(NotAllowed):
            take_in(given=[given("0.8")], by=person, now=database_now())

    assert [can_manage(person) for person in people] == [True, True, *[False] * 5]
    assert [Rate.objects.visible_to(person).count() for person in people] == [1, 1, *[0] * 5]


def test_two_for_one_day_in_one_go_and_an_older_moment_are_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="Please correct"):
        take_in(given=[given("0.9"), given("1.1", base="EUR", quote="USD")], by=cast.finance, now=database_now())
    before = database_now()
    know(cast)
    with pytest.raises(StateConflict, match="meanwhile"):
        record_rate(given=given("0.8"), by=cast.finance, now=before)

    assert take_in(given=[], by=cast.finance, now=before) == []
    assert Rate.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"value": 2},
        {"on": "2026-01-06"},
        {"source": "x"},
        {"recorded_by": "admin"},
        {"recorded_at": "2020-01-01T00:00Z"},
    ],
)
def test_database_refuses_to_change_or_delete_a_rate(cast: Cast, change: dict[str, Any]) -> None:
    rate = know(cast)
    changes = {name: cast.admin if value == "admin" else value for name, value in change.items()}
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Rate.objects.filter(pk=rate.pk).update(**changes)
    with pytest.raises(DatabaseError, match="neither changed nor deleted"), transaction.atomic():
        Rate.objects.filter(pk=rate.pk).delete()

    assert Rate.objects.filter(pk=rate.pk).update(recorded_by=None) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"value": 0},
        {"currency": "EUR"},
        {"currency": "usd"},
        {"quotation": "x"},
        {"recorded_at": "same"},
    ],
)
def test_database_keeps_what_a_rate_is(cast: Cast, wrong: dict[str, Any]) -> None:
    first = know(cast)
    about = {"reporting": "EUR", "currency": "USD", "quotation": "direct", "value": 1, "on": first.on}
    changes = {name: first.recorded_at if value == "same" else value for name, value in wrong.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Rate.objects.create(**{**about, "recorded_at": database_now(), **changes})


def test_page_asks_once_for_the_rates_that_count(cast: Cast, django_assert_num_queries: Any) -> None:
    today = database_now().date()
    ages = {"0.8": MOST_DAYS + 1, "0.85": 30, "0.9": 3}
    for value, age in ages.items():
        know(cast, value=value, on=(today - timedelta(days=age)).isoformat())
    know(cast, value="0.95", on=(today - timedelta(days=3)).isoformat())
    know(cast, value="2", on=(today - timedelta(days=MOST_DAYS)).isoformat(), base="CHF")
    with django_assert_num_queries(1):
        found = rates_for({"EUR", "USD", "CHF", "GBP"}, today)
    with django_assert_num_queries(0):
        none = [rates_for({"EUR"}, today), together([Money(Decimal(5), "USD")], today)]
    with django_assert_num_queries(1):
        figures = all_together(
            [
                [Money(Decimal(5), "EUR"), Money(Decimal(100), "USD")],
                [Money(Decimal(5), "GBP")],
                [Money(Decimal(1), "CHF"), Money(Decimal(1), "GBP")],
            ],
            today,
        )

    assert found == Rates(
        "EUR",
        (
            Quote("CHF", today - timedelta(days=MOST_DAYS), Decimal(2)),
            Quote("USD", today - timedelta(days=3), Decimal("0.95")),
        ),
    )
    assert none == [Rates("EUR"), None]
    assert [figure and (figure.money.plain, figure.left_out) for figure in figures] == [
        ("100.00", ()),
        None,
        ("2.00", ("GBP",)),
    ]


def test_figure_says_its_age_and_what_it_leaves_out(cast: Cast) -> None:
    know_today(cast, USD="0.9")
    today = database_now().date()
    mixed = [Money(Decimal("5.5"), "EUR"), Money(Decimal(100), "USD")]
    pound = Money(Decimal(1), "GBP")
    said = [sentence(together(sums, today)) for sums in (mixed, [*mixed, pound], [pound, mixed[0]], mixed[:1])]
    day = f"{today:%a} {today.day} {today:%b}"

    assert said == [
        f"Together about €95.50, rates of {day}.",
        f"Together about €95.50, rates of {day}; without GBP, for which there is no rate.",
        "Cannot be added up: there is no rate of the last 40 days for GBP.",
        "",
    ]


def test_programme_in_another_currency_has_rates_of_its_own(cast: Cast, settings: Any) -> None:
    know(cast)
    settings.PRM_CURRENCY = "CHF"
    rate = know(cast, value="0.93", base="EUR", quote="CHF")
    with pytest.raises(InvalidInput, match="Please correct"):
        know(cast, value="0.8")

    assert (rate.reporting, rate.currency, rate.base, rate.quote) == ("CHF", "EUR", "EUR", "CHF")
    assert rates_for({"USD", "EUR"}, rate.on) == Rates("CHF", (Quote("EUR", rate.on, Decimal("0.93")),))
    assert Given("CHF", "EUR", Decimal(1), rate.on).currency == "EUR"
