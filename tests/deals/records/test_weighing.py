"""What is found of a customer with a partner of record, combination by combination, as the policy weighs it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from deals.conflicts.cases import Case, plain, read
from deals.conflicts.incumbents import OfRecord
from deals.conflicts.rules import Asked, Customer, assess, needs_override, recommend, same_account
from deals.conflicts.ways import FREE_FROM, Obstacle, ways
from deals.rulebook import DealRules

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = datetime(2027, 4, 30, 21, 59, 59, tzinfo=UTC)
ASKED = Asked(place=(NOON, 1), products=frozenset({1, 2}), opportunity="new", has_proof=True)
CUSTOMER = Customer(id="acc_x", named=False, existing=False, band="block", score=0.99, evidence=(("name", "Same."),))
OTHERS, OWN = OfRecord(own=False, until=END), OfRecord(own=True, until=END)
BLOCKS, LOOKED, TOLD = ("partner_of_record", "block"), ("partner_of_record", "review"), ("partner_of_record", "hint")
SERVED, NOTED = ("existing_customer", "review"), ("existing_customer", "hint")
KNOWN, NAMED = ("known_account", "hint"), ("named_account", "review")

# Opportunity, whose record, customer since, named, band of the match: what is found, the gravest first.
FOUND = [
    ("new", None, False, False, "block", [KNOWN]),
    ("new", None, True, False, "block", [SERVED]),
    ("new", None, True, True, "block", [NAMED, SERVED]),
    ("new", OTHERS, False, False, "block", [LOOKED]),
    ("new", OTHERS, True, False, "block", [SERVED, LOOKED]),
    ("new", OTHERS, False, True, "block", [NAMED, LOOKED]),
    ("new", OTHERS, True, True, "block", [NAMED, SERVED, LOOKED]),
    ("new", OTHERS, False, False, "review", [LOOKED]),
    ("new", OTHERS, False, False, "hint", [LOOKED]),
    ("new", OWN, False, False, "block", [KNOWN]),
    ("new", OWN, True, False, "block", [SERVED]),
    ("new", OWN, False, True, "block", [NAMED]),
    ("renewal", None, False, False, "block", [KNOWN]),
    ("renewal", None, True, False, "block", [SERVED]),
    ("renewal", OTHERS, False, False, "block", [BLOCKS]),
    ("renewal", OTHERS, True, False, "block", [BLOCKS, SERVED]),
    ("renewal", OTHERS, False, True, "block", [BLOCKS, NAMED]),
    ("renewal", OTHERS, True, True, "block", [BLOCKS, NAMED, SERVED]),
    ("renewal", OTHERS, False, False, "review", [LOOKED]),
    ("renewal", OTHERS, True, False, "review", [SERVED, LOOKED]),
    ("renewal", OWN, False, False, "block", [KNOWN]),
    ("renewal", OWN, True, False, "block", [NOTED]),
    ("renewal", OWN, True, True, "block", [NAMED, NOTED]),
    ("renewal", OWN, True, False, "review", [NOTED]),
    ("expansion", None, False, False, "block", [KNOWN]),
    ("expansion", None, True, False, "block", [SERVED]),
    ("expansion", OTHERS, False, False, "block", [BLOCKS]),
    ("expansion", OTHERS, True, False, "block", [BLOCKS, SERVED]),
    ("expansion", OTHERS, False, False, "review", [LOOKED]),
    ("expansion", OWN, True, False, "block", [NOTED]),
    ("expansion", OWN, False, False, "block", [KNOWN]),
    ("", OTHERS, False, False, "block", [LOOKED]),
]


@pytest.mark.parametrize(("opportunity", "record", "since", "named", "band", "expected"), FOUND)
def test_incumbent_is_weighed_for_each_opportunity(
    opportunity: str,
    record: OfRecord | None,
    since: bool,
    named: bool,
    band: str,
    expected: list[tuple[str, str]],
) -> None:
    customer = replace(CUSTOMER, existing=since, named=named, band=band, of_record=record)

    found = assess(replace(ASKED, opportunity=opportunity), [], [customer])

    assert [(row.kind, row.band) for row in found] == expected


@pytest.mark.parametrize("opportunity", ["new", "renewal", "expansion"])
def test_company_that_people_judged_another_stops_nobody(opportunity: str) -> None:
    customer = replace(CUSTOMER, band="hint", ceiling="hint", of_record=OTHERS)

    found = assess(replace(ASKED, opportunity=opportunity), [], [customer])

    assert [(row.kind, row.band) for row in found] == [TOLD]


@pytest.mark.parametrize(
    ("weight", "advice", "needs_reason"),
    [("block", "reject", True), ("review", "ask", False), ("hint", "exclusive", False)],
)
def test_version_decides_how_much_it_may_weigh(weight: str, advice: str, needs_reason: bool) -> None:
    values = DealRules().model_dump()
    values["precedence"]["partner_of_record"]["weight"] = weight
    rules = DealRules.model_validate(values)

    found = assess(replace(ASKED, opportunity="renewal"), [], [replace(CUSTOMER, of_record=OTHERS)], rules)

    assert [row.band for row in found] == [weight]
    assert recommend(found).outcome == advice
    assert (needs_override(found, ASKED.products) is not None) == needs_reason


def test_what_stands_in_the_way_ends_with_the_year() -> None:
    [found] = assess(replace(ASKED, opportunity="renewal"), [], [replace(CUSTOMER, of_record=OTHERS)])
    obstacles = [Obstacle(frozenset({"fleet", "planner"}), found.until)]

    assert (found.overlap, found.until, found.clause) == (ASKED.products, END, "3.9")
    assert same_account([found]) == "acc_x"
    assert [(way.kind, way.at) for way in ways(["fleet", "planner"], obstacles)] == [
        (FREE_FROM, END + timedelta(seconds=1))
    ]


@pytest.mark.parametrize("record", [None, OTHERS, OWN], ids=["none", "another's", "own"])
def test_case_is_kept_and_read_again(record: OfRecord | None) -> None:
    case = Case(
        asked=replace(ASKED, registered_on=date(2026, 11, 23)),
        rivals=(),
        customers=(replace(CUSTOMER, of_record=record),),
    )
    kept = plain(case)

    assert read(kept) == case
    del kept["customers"][0]["of_record"]
    assert read(kept).customers[0].of_record is None
