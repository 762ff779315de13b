"""Truth tables: same customer, same opportunity, who prevails."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.conflicts.models import Band, Kind
from deals.conflicts.rules import (
    Asked,
    Customer,
    Found,
    Recommendation,
    Rival,
    assess,
    needs_override,
    protection_in_the_way,
    recommend,
    same_account,
    weight,
)
from deals.conflicts.sentences import BECAUSE, OUTCOMES, UNLESS
from deals.precedence import BLOCK, CLAUSE_OF, EARLIER, EXISTING, HINT, KNOWN, LATER, NAMED, PROTECTION, REVIEW, THIN
from deals.rulebook import DealRules, clauses
from prm import matching

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FLEET, PLANNER, DOCK = 1, 2, 3
PROOF = (("name_key", "The names are the same."),)

ASKED = Asked(place=(NOON, 7), products=frozenset({FLEET}), opportunity="new", has_proof=True)
RIVAL = Rival(
    id="deal_rival",
    place=(NOON - timedelta(hours=1), 3),
    products=frozenset({FLEET}),
    opportunity="new",
    protected=frozenset(),
    undecided=True,
    band=BLOCK,
    score=0.97,
    evidence=PROOF,
)
CUSTOMER = Customer(id="acc_one", named=False, existing=False, band=BLOCK, score=0.97, evidence=PROOF)


def against(rival: Rival, asked: Asked = ASKED) -> Found:
    found = assess(asked, [rival], [])
    assert len(found) == 1
    return found[0]


def verdict(found: Found) -> tuple[str, str]:
    return found.kind, found.band


def protects(*products: int, **changes: object) -> Rival:
    return replace(RIVAL, protected=frozenset(products), undecided=False, **changes)  # type: ignore[arg-type]


def found(kind: str, band: str, *overlap: int, score: float = 0.97, subject: tuple[str, str] = ("deal", "x")) -> Found:
    return Found(kind, band, score, PROOF, subject, frozenset(overlap))


# Who is first, and is it about the same thing?

BEFORE, AFTER = (NOON - timedelta(hours=1), 3), (NOON + timedelta(hours=1), 9)
SAME_TIME_BEFORE, SAME_TIME_AFTER = (NOON, 6), (NOON, 8)


@pytest.mark.parametrize("band", [BLOCK, REVIEW, HINT])
@pytest.mark.parametrize(
    ("place", "overlapping", "undecided", "kind", "blocks"),
    [
        (BEFORE, True, True, EARLIER, True),
        (SAME_TIME_BEFORE, True, True, EARLIER, True),
        (AFTER, True, True, LATER, False),
        (SAME_TIME_AFTER, True, True, LATER, False),
        (BEFORE, False, True, EARLIER, False),
        (AFTER, False, True, LATER, False),
        (BEFORE, True, False, EARLIER, False),
        (AFTER, True, False, LATER, False),
        (BEFORE, False, False, EARLIER, False),
    ],
    ids=[
        *("earlier", "same moment, smaller number", "later", "same moment, greater number"),
        *("earlier, other product", "later, other product", "earlier, decided", "later, decided", "neither"),
    ],
)
def test_only_an_earlier_undecided_rival_for_the_same_product_is_as_strong_as_the_match(
    band: str, place: tuple[datetime, int], overlapping: bool, undecided: bool, kind: str, blocks: bool
) -> None:
    products = frozenset({FLEET if overlapping else DOCK})
    rival = replace(RIVAL, place=place, products=products, undecided=undecided, band=band)
    seen = against(rival)
    assert verdict(seen) == (kind, band if blocks else HINT)
    assert seen.overlap == (frozenset({FLEET}) if overlapping else frozenset())
    assert (seen.subject, seen.score, seen.evidence) == (("deal", "deal_rival"), 0.97, PROOF)


@pytest.mark.parametrize(
    ("mine", "theirs", "band", "expected"),
    [
        ("new", "new", BLOCK, BLOCK),
        ("new", "expansion", BLOCK, BLOCK),
        ("expansion", "new", BLOCK, BLOCK),
        ("renewal", "renewal", BLOCK, BLOCK),
        ("renewal", "new", BLOCK, REVIEW),
        ("new", "renewal", BLOCK, REVIEW),
        ("expansion", "renewal", BLOCK, REVIEW),
        ("renewal", "new", REVIEW, REVIEW),
        ("renewal", "new", HINT, HINT),
    ],
)
def test_a_renewal_and_new_business_are_two_opportunities(mine: str, theirs: str, band: str, expected: str) -> None:
    asked = replace(ASKED, opportunity=mine)
    assert verdict(against(replace(RIVAL, opportunity=theirs, band=band), asked)) == (EARLIER, expected)


# Protections.


@pytest.mark.parametrize("band", [BLOCK, REVIEW, HINT])
@pytest.mark.parametrize("place", [BEFORE, AFTER])
@pytest.mark.parametrize("opportunity", ["new", "renewal", "expansion"])
def test_a_protection_is_as_strong_as_the_match_whatever_the_place_or_opportunity(
    band: str, place: tuple[datetime, int], opportunity: str
) -> None:
    seen = against(protects(FLEET, band=band, place=place, opportunity=opportunity))
    assert (*verdict(seen), seen.overlap) == (PROTECTION, band, frozenset({FLEET}))


def test_a_protection_of_another_product_is_a_hint() -> None:
    assert verdict(against(protects(DOCK, products=frozenset({FLEET, DOCK})))) == (EARLIER, HINT)


def test_a_protection_overlaps_in_the_protected_products_alone() -> None:
    asked = replace(ASKED, products=frozenset({FLEET, PLANNER}))
    rival = protects(FLEET, DOCK, products=frozenset({FLEET, PLANNER, DOCK}))
    assert against(rival, asked).overlap == frozenset({FLEET})


# Customers we know.


@pytest.mark.parametrize("band", [BLOCK, REVIEW, HINT])
@pytest.mark.parametrize(
    ("named", "existing", "expected"),
    [
        (False, False, [(KNOWN, HINT)]),
        (True, False, [(NAMED, REVIEW)]),
        (False, True, [(EXISTING, REVIEW)]),
        (True, True, [(NAMED, REVIEW), (EXISTING, REVIEW)]),
    ],
)
def test_a_known_customer_never_blocks(band: str, named: bool, existing: bool, expected: list[tuple[str, str]]) -> None:
    seen = assess(ASKED, [], [replace(CUSTOMER, named=named, existing=existing, band=band)])
    assert [verdict(each) for each in seen] == expected
    assert {each.subject for each in seen} == {("account", "acc_one")}


# The evidence, and everything together.


def test_thin_evidence_is_a_hint() -> None:
    assert [verdict(each) for each in assess(replace(ASKED, has_proof=False), [], [])] == [(THIN, HINT)]


def test_nothing_found_is_nothing() -> None:
    assert assess(ASKED, [], []) == []


def test_the_gravest_comes_first_then_what_the_rules_name_first_then_the_likeliest() -> None:
    rivals = [
        replace(RIVAL, id="deal_weak", band=REVIEW, score=0.7),
        replace(RIVAL, id="deal_later", place=AFTER, score=0.99),
        replace(RIVAL, id="deal_less", score=0.91),
        replace(RIVAL, id="deal_more", score=0.98),
    ]
    seen = assess(replace(ASKED, has_proof=False), rivals, [replace(CUSTOMER, named=True, score=0.8)])
    assert [(each.subject[1], each.band) for each in seen] == [
        ("deal_more", BLOCK),
        ("deal_less", BLOCK),
        ("deal_weak", REVIEW),
        ("acc_one", REVIEW),
        ("deal_later", HINT),
        ("", HINT),
    ]


@given(st.permutations(range(5)), st.lists(st.sampled_from([0.5, 0.91, 0.97]), min_size=5, max_size=5))
def test_the_order_of_findings_does_not_depend_on_the_order_of_rivals(order: list[int], scores: list[float]) -> None:
    rivals = [replace(RIVAL, id=f"deal_{n}", score=score) for n, score in enumerate(scores)]
    assert assess(ASKED, [rivals[n] for n in order], []) == assess(ASKED, rivals, [])


PLACES = st.sampled_from([BEFORE, SAME_TIME_BEFORE, SAME_TIME_AFTER, AFTER])
PRODUCTS = st.frozensets(st.sampled_from([FLEET, PLANNER, DOCK]), min_size=1)


@given(PLACES, PRODUCTS, PRODUCTS, st.booleans(), st.sampled_from(["new", "renewal"]), st.sampled_from([BLOCK, REVIEW]))
def test_what_blocks_overlaps_and_is_protected_or_first(
    place: tuple[datetime, int],
    products: frozenset[int],
    protected: frozenset[int],
    undecided: bool,
    opportunity: str,
    band: str,
) -> None:
    rival = replace(
        RIVAL,
        place=place,
        products=products,
        protected=frozenset() if undecided else protected & products,
        undecided=undecided,
        opportunity=opportunity,
        band=band,
    )
    seen = against(rival)
    if seen.band == BLOCK:
        assert seen.overlap == ASKED.products
        assert rival.protected & ASKED.products or (rival.undecided and rival.place < ASKED.place)


@given(PLACES, PRODUCTS, PRODUCTS)
def test_of_two_rivals_at_most_one_is_stopped_by_the_other(
    place: tuple[datetime, int], mine: frozenset[int], theirs: frozenset[int]
) -> None:
    """Otherwise neither could ever be approved."""
    asked = replace(ASKED, products=mine)
    other = replace(ASKED, products=theirs, place=place)
    seen_by_me = against(replace(RIVAL, place=place, products=theirs), asked)
    seen_by_them = against(replace(RIVAL, place=asked.place, products=mine), other)
    stopped = [each.band == BLOCK for each in (seen_by_me, seen_by_them)]
    assert stopped.count(True) == (1 if mine & theirs else 0)


# What stops an approval.


@pytest.mark.parametrize(
    ("kind", "band", "overlap", "stops"),
    [
        (PROTECTION, BLOCK, {FLEET}, True),
        (PROTECTION, BLOCK, {DOCK}, False),
        (PROTECTION, BLOCK, set(), False),
        (PROTECTION, REVIEW, {FLEET}, False),
        (PROTECTION, HINT, {FLEET}, False),
        (EARLIER, BLOCK, {FLEET}, False),
    ],
)
def test_a_blocking_protection_stops_the_approval_of_what_it_covers(
    kind: str, band: str, overlap: set[int], stops: bool
) -> None:
    finding = found(kind, band, *overlap)
    assert protection_in_the_way([finding], frozenset({FLEET})) == (finding if stops else None)


@pytest.mark.parametrize(
    ("kind", "band", "overlap", "stops"),
    [
        (EARLIER, BLOCK, {FLEET}, True),
        (EARLIER, BLOCK, {DOCK}, False),
        (EARLIER, REVIEW, {FLEET}, False),
        (EARLIER, HINT, {FLEET}, False),
        (PROTECTION, BLOCK, {FLEET}, False),
        (NAMED, REVIEW, set(), False),
    ],
)
def test_an_earlier_registration_stops_the_approval_unless_a_reason_is_given(
    kind: str, band: str, overlap: set[int], stops: bool
) -> None:
    finding = found(kind, band, *overlap)
    assert needs_override([finding], frozenset({FLEET})) == (finding if stops else None)


def test_the_first_of_several_that_stop_is_named() -> None:
    first, second = found(EARLIER, BLOCK, FLEET, score=0.99), found(EARLIER, BLOCK, FLEET, score=0.95)
    assert needs_override([found(PROTECTION, BLOCK, FLEET), first, second], frozenset({FLEET, DOCK})) == first
    assert protection_in_the_way([], frozenset({FLEET})) is None


# Which account it is.


def account(id: str, score: float, kind: str = KNOWN, matched: str = BLOCK) -> Found:
    return replace(found(kind, HINT, score=score, subject=("account", id)), matched=matched)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], None),
        ([account("a", 0.9)], "a"),
        ([account("a", 0.97, matched=REVIEW)], None),
        ([account("a", 0.97, matched=HINT), account("b", 0.9)], "b"),
        ([account("a", 0.92), account("b", 0.97)], "b"),
        ([account("a", 0.97, NAMED), account("a", 0.97, EXISTING)], "a"),
        ([found(PROTECTION, BLOCK, FLEET, score=1.0)], None),
    ],
    ids=["none", "certain", "not certain", "judged another", "the best", "twice", "a registration"],
)
def test_same_account_is_the_certain_one(seen: list[Found], expected: str | None) -> None:
    assert same_account(seen) == expected


# What the matcher said is kept beside what the finding weighs.


@pytest.mark.parametrize("band", [BLOCK, REVIEW, HINT])
def test_finding_keeps_what_the_matcher_said(band: str) -> None:
    later = replace(RIVAL, place=(NOON + timedelta(hours=1), 9), band=band, ceiling=REVIEW, through="acc_one")
    seen = against(later)

    assert (seen.band, seen.matched, seen.ceiling, seen.through) == (HINT, band, REVIEW, "acc_one")


@pytest.mark.parametrize(
    ("ceiling", "expected"),
    [(BLOCK, [(NAMED, REVIEW), (EXISTING, REVIEW)]), (HINT, [(NAMED, HINT), (EXISTING, HINT)])],
)
def test_customer_that_was_judged_another_one_is_not_for_review(ceiling: str, expected: list[tuple[str, str]]) -> None:
    customer = replace(CUSTOMER, named=True, existing=True, band=ceiling, ceiling=ceiling)
    seen = assess(ASKED, [], [customer])

    assert [verdict(each) for each in seen] == expected
    assert {(each.matched, each.ceiling) for each in seen} == {(ceiling, ceiling)}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((REVIEW, 0.89), (HINT, 0.97)),
        ((BLOCK, 0.9), (REVIEW, 0.95)),
        ((HINT, 0.7), (HINT, 0.6)),
    ],
    ids=["judged another", "graver", "the same band"],
)
def test_graver_way_to_a_rival_counts(one: tuple[str, float], other: tuple[str, float]) -> None:
    heavy, light = (matching.Match(score, matching.Band(band), ()) for band, score in (one, other))

    assert weight(heavy) > weight(light)


# What the reviewer is told.

P, E, L = found(PROTECTION, BLOCK, FLEET), found(EARLIER, BLOCK, FLEET), found(LATER, HINT, FLEET)
WEAK, N = found(PROTECTION, REVIEW, FLEET), found(NAMED, REVIEW)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([], Recommendation("exclusive", (), ())),
        ([L], Recommendation("exclusive", (), ())),
        ([N, L], Recommendation("ask", (NAMED,), ("not_the_same",))),
        ([WEAK, N], Recommendation("ask", (PROTECTION, NAMED), ("not_the_same",))),
        ([E], Recommendation("wait", (EARLIER,), ("earlier_ends", "other_products", "not_the_same"))),
        ([E, E, N], Recommendation("wait", (EARLIER,), ("earlier_ends", "other_products", "not_the_same"))),
        ([P], Recommendation("reject", (PROTECTION,), ("other_products", "not_the_same"))),
        ([P, E, N], Recommendation("reject", (PROTECTION, EARLIER), ("other_products", "not_the_same"))),
    ],
    ids=["nothing", "a hint", "to review", "weak protection", "earlier", "two earlier", "protected", "both"],
)
def test_recommendation_rests_on_the_gravest(seen: list[Found], expected: Recommendation) -> None:
    assert recommend(seen) == expected


def test_every_recommendation_has_its_sentences() -> None:
    bands = [found(kind, band, FLEET) for kind, band in product(Kind.values, Band.values)]
    for seen in [[], *[[each] for each in bands], bands]:
        told = recommend(seen)
        assert told.outcome in OUTCOMES
        assert set(told.because) <= set(BECAUSE)
        assert set(told.unless) <= set(UNLESS)


def test_every_kind_rests_on_a_clause_of_the_rules() -> None:
    numbers = {clause.number for clause in clauses(DealRules())}
    assert {found(kind, HINT).clause for kind in Kind.values} <= numbers
    assert set(CLAUSE_OF.values()) <= numbers
