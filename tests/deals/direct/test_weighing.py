"""What a direct opportunity or touch weighs for a registration: day by day, product by product, version by version."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deals.conflicts.rules import Asked, Customer, Direct, Found, assess, needs_override, recommend
from deals.conflicts.sentences import BECAUSE, UNLESS
from deals.conflicts.texts import REASONS
from deals.precedence import CLAUSE_OF, KINDS
from deals.registrations.states import RejectReason
from deals.rulebook import KIND_WORDS, DealRules, clauses

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)
FLEET, PLANNER, TELEMATICS = 1, 2, 3
ASKED = Asked(
    place=(NOON, 7),
    products=frozenset({FLEET, PLANNER}),
    opportunity="new",
    has_proof=True,
    registered_on=TODAY,
)
CUSTOMER = Customer("acc_one", named=False, existing=False, band="block", score=0.97, evidence=())
OPEN = Direct("direct_opportunity", TODAY - timedelta(days=400), before=True)
TOUCH = Direct("direct_touch", TODAY, before=True)


def found(*direct: Direct, rules: DealRules | None = None, asked: Asked = ASKED, **customer: Any) -> list[Found]:
    known = replace(CUSTOMER, direct=direct, **customer)
    return assess(asked, [], [known], rules or DealRules())


@pytest.mark.parametrize(
    ("days_ago", "counted_days", "counts"),
    [
        (-1, 60, False),
        (0, 60, True),
        (1, 60, True),
        (30, 60, True),
        (59, 60, True),
        (60, 60, True),
        (61, 60, False),
        (365, 60, False),
        (30, 30, True),
        (31, 30, False),
        (1, 1, True),
        (2, 1, False),
        (365, 365, True),
        (366, 365, False),
    ],
)
def test_touch_counts_for_the_days_of_the_version(days_ago: int, counted_days: int, counts: bool) -> None:
    rules = DealRules(direct_touch_days=counted_days)

    kinds = [f.kind for f in found(replace(TOUCH, on=TODAY - timedelta(days=days_ago)), rules=rules)]

    assert kinds == (["direct_touch"] if counts else ["known_account"])


@pytest.mark.parametrize(
    ("products", "counts"),
    [
        (frozenset(), True),
        (frozenset({FLEET}), True),
        (frozenset({PLANNER}), True),
        (frozenset({FLEET, TELEMATICS}), True),
        (frozenset({TELEMATICS}), False),
    ],
)
def test_opportunity_counts_for_the_products_that_it_is_about(products: frozenset[int], counts: bool) -> None:
    kinds = [f.kind for f in found(replace(OPEN, products=products))]

    assert kinds == (["direct_opportunity"] if counts else ["known_account"])


@pytest.mark.parametrize("days_ago", [0, 60, 61, 400])
def test_open_opportunity_counts_however_old_it_is(days_ago: int) -> None:
    assert [f.kind for f in found(replace(OPEN, on=TODAY - timedelta(days=days_ago)))] == ["direct_opportunity"]


@pytest.mark.parametrize("direct", [OPEN, TOUCH], ids=lambda direct: direct.kind)
@pytest.mark.parametrize(
    ("customer", "before", "weight", "band"),
    [
        ("block", True, "review", "review"),
        ("block", True, "block", "block"),
        ("block", True, "hint", "hint"),
        ("review", True, "block", "review"),
        ("hint", True, "block", "review"),
        ("block", False, "review", "hint"),
        ("block", False, "block", "hint"),
        ("review", False, "block", "hint"),
    ],
)
def test_it_weighs_the_lesser_of_evidence_and_version(
    direct: Direct, customer: str, before: bool, weight: str, band: str
) -> None:
    values = DealRules().model_dump()
    values["precedence"][direct.kind]["weight"] = weight
    rules = DealRules.model_validate(values)

    (only,) = found(replace(direct, before=before), rules=rules, band=customer)

    assert (only.kind, only.band, only.matched) == (direct.kind, band, customer)


def test_both_stand_beside_what_else_is_known_of_the_customer() -> None:
    kinds = [f.kind for f in found(OPEN, TOUCH, named=True, existing=True)]

    assert kinds == ["named_account", "existing_customer", "direct_opportunity", "direct_touch"]


def test_what_stands_in_the_way_needs_a_reason_to_pass() -> None:
    values = DealRules().model_dump()
    values["precedence"]["direct_opportunity"]["weight"] = "block"
    blocking = found(OPEN, rules=DealRules.model_validate(values))

    assert needs_override(blocking, frozenset({FLEET})) == blocking[0]
    assert needs_override(found(OPEN), frozenset({FLEET})) is None


@pytest.mark.parametrize("kind", ["direct_opportunity", "direct_touch"])
def test_kind_has_its_words_everywhere(kind: str) -> None:
    numbers = {clause.number for clause in clauses(DealRules())}

    assert kind in KINDS
    assert CLAUSE_OF[kind] == "3.7"
    assert CLAUSE_OF[kind] in numbers
    assert REASONS[kind] == RejectReason.DIRECT_OPPORTUNITY
    assert str(BECAUSE[kind]).endswith(".")
    assert str(KIND_WORDS[kind])


@pytest.mark.parametrize("direct", [OPEN, TOUCH], ids=lambda direct: direct.kind)
def test_advice_is_to_look_and_says_what_would_change_it(direct: Direct) -> None:
    advice = recommend(found(direct))

    assert (advice.outcome, advice.because) == ("ask", (direct.kind,))
    assert [str(UNLESS[code]) for code in advice.unless] == [str(UNLESS["not_the_same"])]


def test_reason_for_the_partner_cites_the_same_clause() -> None:
    assert CLAUSE_OF[RejectReason.DIRECT_OPPORTUNITY] == "3.7"
