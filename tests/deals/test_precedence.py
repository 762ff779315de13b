"""The limits and weights that a version sets: how many open ones, what stops an approval, what comes first."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.conflicts import rules
from deals.conflicts.rules import (
    Asked,
    Business,
    Found,
    assess,
    needs_override,
    open_before_a_look,
    protection_in_the_way,
)
from deals.conflicts.sentences import BECAUSE, UNLESS
from deals.precedence import CLAUSE_OF, KINDS, ORDER, SHIPPED, Precedence
from deals.rulebook import KIND_WORDS, DealRules, clauses

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FLEET, PLANNER = 1, 2
PROOF = (("name_key", "The names are the same."),)
ASKED = Asked(place=(NOON, 7), products=frozenset({FLEET}), opportunity="new", has_proof=True)


def weighing(kind: str, **changes: object) -> DealRules:
    """Rules in which that kind weighs otherwise."""
    values = DealRules().model_dump()
    values["precedence"][kind] |= changes
    return DealRules.model_validate(values)


# How many open registrations are nothing to ask about


@pytest.mark.parametrize(
    ("progressed", "closed", "limit"),
    [
        (0, 0, 20),
        (0, 5, 15),
        (0, 45, 11),
        (0, 1000, 10),
        (5, 5, 25),
        (45, 45, 29),
        (1000, 1000, 30),
        (10, 20, 20),
        # 20 × 7.5 ÷ 16 = 9.375; 20 × 3.5 ÷ 8 = 8.75; 20 × 2.5 ÷ 16 = 3.125; 20 × 2.5 ÷ 20 = 2.5, which is rounded up
        (5, 11, 19),
        (1, 3, 19),
        (0, 11, 13),
        (0, 15, 13),
    ],
)
def test_limit_follows_the_formula(progressed: int, closed: int, limit: int) -> None:
    assert open_before_a_look(Business(0, progressed, closed), DealRules()) == limit


@given(closed=st.integers(0, 500), share=st.floats(0, 1))
def test_limit_lies_between_base_and_base_with_span(closed: int, share: float) -> None:
    limit = open_before_a_look(Business(0, int(closed * share), closed), DealRules())

    assert 10 <= limit <= 30


@given(closed=st.integers(1, 500), progressed=st.integers(0, 499))
def test_who_brings_more_to_a_decision_may_have_more_open(closed: int, progressed: int) -> None:
    less, more = (Business(0, min(n, closed), closed) for n in (progressed, progressed + 1))

    assert open_before_a_look(less, DealRules()) <= open_before_a_look(more, DealRules())


def test_limit_is_that_of_the_version() -> None:
    changed = DealRules(hoarding_base=3, hoarding_span=4, hoarding_prior_progressed="1.0", hoarding_prior_closed="2.0")  # type: ignore[arg-type]

    assert open_before_a_look(Business(), changed) == 5
    assert [f.kind for f in assess(replace(ASKED, business=Business(open=6)), [], [], changed)] == ["hoarding"]


# What stops an approval


def blocking(kind: str, subject: tuple[str, str], *overlap: int) -> Found:
    return Found(kind, "block", 0.9, PROOF, subject, frozenset(overlap))


@pytest.mark.parametrize(
    ("found", "override", "impossible"),
    [
        ([], "", ""),
        ([blocking("rival_protection", ("deal", "x"), FLEET)], "", "rival_protection"),
        ([blocking("earlier_registration", ("deal", "x"), FLEET)], "earlier_registration", ""),
        ([blocking("earlier_registration", ("deal", "x"), PLANNER)], "", ""),
        ([blocking("named_account", ("account", "x"))], "named_account", ""),
        ([blocking("hoarding", ("", ""))], "hoarding", ""),
        ([Found("hoarding", "review", 0.0, PROOF)], "", ""),
    ],
)
def test_blocking_finding_of_our_own_needs_an_override(found: list[Found], override: str, impossible: str) -> None:
    stopped, held = needs_override(found, frozenset({FLEET})), protection_in_the_way(found, frozenset({FLEET}))

    assert (stopped.kind if stopped else "") == override
    assert (held.kind if held else "") == impossible


# The precedence itself


def test_shipped_places_are_an_order() -> None:
    assert sorted(SHIPPED.place.values()) == list(range(1, len(KINDS) + 1))
    assert [kind for kind in KINDS if SHIPPED.weight[kind] == "block"] == [
        *("rival_protection", "earlier_registration", "first_refusal", "partner_of_record"),
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words_and_its_clause(kind: str) -> None:
    numbers = {clause.number for clause in clauses(DealRules())}

    assert CLAUSE_OF[kind] in numbers
    assert str(KIND_WORDS[kind])
    assert str(BECAUSE[kind])
    assert all(str(UNLESS[code]) for code in rules.UNLESS.get(kind, ()))


@given(kind=st.sampled_from(KINDS), carried=st.sampled_from(sorted(ORDER)), weight=st.sampled_from(sorted(ORDER)))
def test_weight_never_makes_graver_than_the_evidence(kind: str, carried: str, weight: str) -> None:
    weights = replace(SHIPPED, weight={**SHIPPED.weight, kind: weight})

    limited = weights.limited(kind, carried)

    assert ORDER[limited] == max(ORDER[carried], ORDER[weight])


@pytest.mark.parametrize(
    ("kind", "weight"),
    [
        ("rival_protection", "review"),
        ("rival_protection", "hint"),
        ("earlier_registration", "hint"),
        ("later_registration", "block"),
        ("known_account", "block"),
        ("thin_evidence", "block"),
        ("hoarding", "forbid"),
    ],
)
def test_weights_that_would_undo_the_programme_are_refused(kind: str, weight: str) -> None:
    with pytest.raises(ValueError, match="Input should be"):
        weighing(kind, weight=weight)


def test_more_deals_progressed_than_closed_are_refused() -> None:
    with pytest.raises(ValueError, match="must not be less"):
        DealRules(hoarding_prior_progressed="6.0", hoarding_prior_closed="5.0")  # type: ignore[arg-type]


def test_clause_of_the_precedence_tells_the_order_of_the_version() -> None:
    shipped = {clause.number: clause.text for clause in clauses(DealRules())}["3.6"]
    changed = {clause.number: clause.text for clause in clauses(weighing("tender", weight="block", place=1))}["3.6"]

    assert shipped.startswith("This can stand in the way, the first named first: a protection of another partner;")
    assert "a published tender" in shipped.partition("Somebody looks at this:")[2]
    assert "a published tender" in changed.partition("Somebody looks at this:")[0]


def test_weight_that_no_kind_has_is_not_told() -> None:
    values = Precedence().model_dump()
    for kind in ("later_registration", "known_account", "thin_evidence"):
        values[kind]["weight"] = "review"

    text = {clause.number: clause.text for clause in clauses(DealRules(precedence=values))}["3.6"]  # type: ignore[arg-type]

    assert "This is only noted" not in text
