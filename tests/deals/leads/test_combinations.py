"""Each combination of what may stand against a partner, and orders of whole fields of partners."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.leads.rules import Candidate, Wanted, hindrances, ranking
from deals.leads.states import Hindrance

WANTED = Wanted("led_x", "DE", "enterprise", "var", "docks")
START = datetime(2026, 11, 2, tzinfo=UTC)
# Model, country, segment and competency: + fits, - does not, . open to everybody; then what is named.
COMBINATIONS = """
    + + + +
    + . + +
    + + . +
    + . . +
    - + + +   model
    - . . +   model
    + - + +   territory
    + - . +   territory
    + + - +   segment
    + . - +   segment
    + + + -   competency
    + . . -   competency
    - - + +   model territory
    - - . +   model territory
    - + - +   model segment
    - . - +   model segment
    - + + -   model competency
    - . . -   model competency
    + - - +   territory segment
    + - + -   territory competency
    + - . -   territory competency
    + + - -   segment competency
    + . - -   segment competency
    - - - +   model territory segment
    - - + -   model territory competency
    - + - -   model segment competency
    + - - -   territory segment competency
    - - - -   model territory segment competency
"""
# Partners by letter, each with the days since its last offer (0: never) and its open offers; then the order.
ORDERS = """
    a:3:0 b:2:0 c:1:0           a b c
    a:1:0 b:2:0 c:3:0           c b a
    a:0:0 b:9:0 c:1:0           a b c
    a:9:0 b:0:0 c:1:0           b a c
    a:9:3 b:5:0 c:1:0           b c
    a:9:2 b:5:1 c:1:0           a b c
    a:9:3 b:5:3 c:1:3           -
    a:0:3 b:5:0 c:1:2           b c
    a:30:0 b:29:0 c:31:0        c a b
    a:400:0 b:0:0 c:1:0         b a c
    a:7:0                       a
    a:7:4                       -
"""


def ago(days: int) -> datetime | None:
    return START - timedelta(days=days) if days else None


def lines(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize("line", lines(COMBINATIONS), ids=" ".join)
def test_all_that_stands_against_a_partner_is_named_in_one_order(line: list[str]) -> None:
    (model, country, segment, competency), named = line[:4], line[4:]
    limits = {"+": ("DE", "enterprise"), "-": ("AT", "mid_market"), ".": ("", "")}
    candidate = Candidate(
        partner="org_a",
        model={"+": "var", "-": "msp"}[model],
        regions=frozenset({limits[country][0]} - {""}),
        segments=frozenset({limits[segment][1]} - {""}),
        competencies=frozenset({"docks"} if competency == "+" else {"tachographs"}),
    )

    assert hindrances(candidate, WANTED, 3) == tuple(Hindrance(name) for name in named)


@pytest.mark.parametrize("line", lines(ORDERS), ids=" ".join)
def test_order_of_a_field_of_partners(line: list[str]) -> None:
    given = [one.split(":") for one in line if ":" in one]
    expected = [one for one in line if ":" not in one and one != "-"]
    pool = [
        Candidate(
            name,
            "var",
            open_offers=int(waiting),
            last_offered=START - timedelta(days=int(days)) if days != "0" else None,
        )
        for name, days, waiting in given
    ]

    places = ranking(pool, Wanted("led_x", "DE"), 3)

    assert [place.candidate.partner for place in places if place.number] == expected
    assert {place.candidate.partner for place in places if place.waits_for_room} == {
        name for name, _days, waiting in given if int(waiting) >= 3
    }
