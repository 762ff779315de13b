"""What a decision rested on, there and back: whatever the case, it is read as it was kept, and judged as it was."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deals.conflicts.cases import Case, plain, read
from deals.conflicts.incumbents import OfRecord
from deals.conflicts.rules import (
    Agreement,
    Asked,
    Business,
    Customer,
    Rival,
    Tendered,
    needs_override,
    protection_in_the_way,
    recommend,
)
from deals.precedence import KINDS, ORDER, weights_of
from deals.replays.rules import Decided, differences, ruling
from deals.replays.rules import plain as plain_ruling
from deals.replays.rules import read as read_ruling
from deals.rulebook import DealRules

PRODUCTS = st.frozensets(st.integers(1, 4), max_size=3)
BANDS = st.sampled_from(sorted(ORDER))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
TEXTS = st.text("aäß’ 漢", max_size=5)
EVIDENCE = st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple)
SHARES = st.sampled_from([0.0, 0.5, 0.78, 0.9, 0.975, 1.0])

RIVALS = st.builds(
    Rival,
    id=TEXTS,
    place=st.tuples(MOMENTS, st.integers(1, 99)),
    products=PRODUCTS,
    opportunity=st.sampled_from(["new", "renewal", "expansion"]),
    protected=PRODUCTS,
    undecided=st.booleans(),
    band=BANDS,
    score=SHARES,
    evidence=EVIDENCE,
    ceiling=BANDS,
    through=TEXTS,
    until=st.none() | MOMENTS,
    refusal=PRODUCTS,
)
TENDERS = st.builds(Tendered, published_on=DAYS, source=TEXTS, products=PRODUCTS)
CUSTOMERS = st.builds(
    Customer,
    of_record=st.none() | st.builds(OfRecord, own=st.booleans(), until=MOMENTS),
    id=TEXTS,
    named=st.booleans(),
    existing=st.booleans(),
    band=BANDS,
    score=SHARES,
    evidence=EVIDENCE,
    ceiling=BANDS,
    tenders=st.lists(TENDERS, max_size=2).map(tuple),
)
COUNTRIES = st.sampled_from(["", "AT", "DE", "FR"])
SEGMENTS = st.sampled_from(["", "mid_market", "enterprise"])
ASKED = st.builds(
    Asked,
    place=st.tuples(MOMENTS, st.integers(1, 99)),
    products=PRODUCTS.filter(bool),
    opportunity=st.sampled_from(["new", "renewal"]),
    has_proof=st.booleans(),
    registered_on=st.none() | DAYS,
    country=COUNTRIES,
    segment=SEGMENTS,
    mail=st.sampled_from(["", "throwaway", "incomplete"]),
    agreement=st.builds(
        Agreement,
        regions=st.frozensets(COUNTRIES.filter(bool)),
        segments=st.frozensets(SEGMENTS.filter(bool)),
    ),
    business=st.builds(Business, open=st.integers(0, 50), progressed=st.integers(0, 20), closed=st.integers(20, 40)),
)
CASES = st.builds(
    Case,
    asked=ASKED,
    rivals=st.lists(RIVALS, max_size=2).map(tuple),
    customers=st.lists(CUSTOMERS, max_size=2).map(tuple),
)
DECIDED = st.builds(
    Decided,
    approved=st.just(True),
    products=PRODUCTS.filter(bool),
    motion=st.sampled_from(["resale", "referral", "influence"]),
    engagement=st.sampled_from(["assisted", "shared", "independent"]),
    opportunity=st.sampled_from(["new", "renewal"]),
) | st.just(Decided(approved=False))


@st.composite
def rulebooks(draw: st.DrawFn) -> DealRules:
    """Other weights and places, as far as they may be other."""
    values = DealRules().model_dump()
    for kind in KINDS:
        values["precedence"][kind]["place"] = draw(st.integers(1, 99))
    for kind in ("tender", "outside_territory", "named_account", "existing_customer", "hoarding", "email_domain"):
        values["precedence"][kind]["weight"] = draw(BANDS)
    values["hoarding_base"] = draw(st.integers(1, 30))
    values["protection_days"] = draw(st.integers(30, 120))
    return DealRules.model_validate(values)


@settings(max_examples=40)
@given(CASES)
def test_case_is_read_as_it_was_kept(case: Case) -> None:
    kept = json.loads(json.dumps(plain(case)))

    assert read(kept) == case


@settings(max_examples=40)
@given(CASES, rulebooks())
def test_kept_case_is_judged_as_the_first_time(case: Case, rules: DealRules) -> None:
    kept = read(json.loads(json.dumps(plain(case))))

    assert kept.found(rules) == case.found(rules)


@settings(max_examples=40)
@given(CASES, DECIDED, rulebooks())
def test_under_the_same_rules_nothing_ever_differs(case: Case, decided: Decided, rules: DealRules) -> None:
    first = ruling(case, decided, rules)
    kept = read_ruling(json.loads(json.dumps(plain_ruling(first))))
    again = ruling(read(plain(case)), decided, rules)

    assert kept == first
    assert differences(kept, again, rules, rules) == []


@settings(max_examples=40)
@given(CASES, DECIDED, rulebooks())
def test_every_difference_has_a_reason(case: Case, decided: Decided, other: DealRules) -> None:
    own = DealRules()

    found = differences(ruling(case, decided, own), ruling(case, decided, other), own, other)

    assert [item.aspect for item in found if not item.why] == []
    assert [item.aspect for item in found if item.before == item.after] == []


@settings(max_examples=40)
@given(CASES, rulebooks())
def test_no_finding_weighs_more_than_its_kind_may(case: Case, rules: DealRules) -> None:
    weights = weights_of(rules.precedence)

    found = case.found(rules)

    assert [f.kind for f in found if ORDER[f.band] < ORDER[weights.weight[f.kind]]] == []
    ranks = [weights.rank(f.kind, f.band) for f in found]
    assert ranks == sorted(ranks)


@settings(max_examples=40)
@given(CASES, rulebooks())
def test_protection_stops_under_any_rules(case: Case, rules: DealRules) -> None:
    """Whatever an administrator chooses: what certainly is protected for another is approved for nobody."""
    certain = [rival for rival in case.rivals if rival.band == "block" and rival.protected & case.asked.products]

    stopped = protection_in_the_way(case.found(rules), case.asked.products)

    assert (stopped is not None) == bool(certain)


@settings(max_examples=40)
@given(CASES, rulebooks())
def test_advice_names_what_it_rests_on(case: Case, rules: DealRules) -> None:
    weights = weights_of(rules.precedence)
    found = case.found(rules)

    advice = recommend(found, weights)

    grave = [f for f in found if f.band != "hint"]
    assert (advice.outcome == "exclusive") == (grave == [])
    assert set(advice.because) <= {f.kind for f in grave}
    assert bool(advice.unless) == bool(grave)


@settings(max_examples=40)
@given(CASES, rulebooks())
def test_what_blocks_needs_a_reason_or_is_about_other_products(case: Case, rules: DealRules) -> None:
    found = case.found(rules)
    blocks = [f for f in found if f.band == "block"]

    free = protection_in_the_way(found, case.asked.products) is None
    free = free and needs_override(found, case.asked.products) is None

    about_this = [f for f in blocks if f.subject[0] != "deal" or f.overlap & case.asked.products]
    assert free == (about_this == [])


CASE = Case(
    Asked((datetime(2026, 11, 24, 12, tzinfo=UTC), 7), frozenset({2, 1}), "new", True, date(2026, 11, 24)),
    (),
    (),
)


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        (("asked", "place"), ["2026-11-24T12:00:00+00:00", 7]),
        (("asked", "products"), [1, 2]),
        (("asked", "registered_on"), "2026-11-24"),
        (("asked", "agreement"), {"regions": [], "segments": []}),
        (("asked", "business"), {"open": 0, "progressed": 0, "closed": 0}),
        (("rivals",), []),
    ],
)
def test_kept_case_is_plain(path: tuple[str, ...], kept: object) -> None:
    found: object = plain(CASE)
    for part in path:
        assert isinstance(found, dict)
        found = found[part]

    assert found == kept


def test_day_that_is_not_known_stays_unknown() -> None:
    unknown = Case(replace(CASE.asked, registered_on=None), (), ())

    assert read(plain(unknown)) == unknown
