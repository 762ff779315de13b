"""Kind by kind and weight by weight: the advice, and whether an approval is free, needs a reason or is impossible."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from deals.conflicts.cases import Case
from deals.conflicts.incumbents import OfRecord
from deals.conflicts.rules import Agreement, Business, Direct, Tendered
from deals.precedence import CLAUSE_OF, KINDS
from deals.replays.rules import ruling
from tests.deals.test_replay_rules import APPROVED, EARLIER, FLEET, NAMED, NOON, OWN, case, weighing

OWN_DAY = NOON.date() - timedelta(days=1)
# The one thing that is found.
FOUND: dict[str, Case] = {
    "rival_protection": case(replace(EARLIER, protected=frozenset({FLEET}), undecided=False)),
    "earlier_registration": case(EARLIER),
    "later_registration": case(replace(EARLIER, place=(NOON + timedelta(hours=1), 9))),
    "tender": case(replace(NAMED, named=False, tenders=(Tendered(date(2026, 11, 20), "Gazette"),))),
    "outside_territory": case(country="FR", agreement=Agreement(frozenset({"DE"}))),
    "named_account": case(NAMED),
    "existing_customer": case(replace(NAMED, named=False, existing=True)),
    "known_account": case(replace(NAMED, named=False)),
    "direct_opportunity": case(
        replace(NAMED, named=False, direct=(Direct("direct_opportunity", date(2026, 8, 1), before=True),))
    ),
    "direct_touch": case(replace(NAMED, named=False, direct=(Direct("direct_touch", OWN_DAY, before=True),))),
    "partner_of_record": case(
        replace(NAMED, named=False, of_record=OfRecord(own=False, until=NOON)), opportunity="renewal"
    ),
    "hoarding": case(business=Business(open=40)),
    "email_domain": case(mail="throwaway"),
    "thin_evidence": case(has_proof=False),
    "first_refusal": case(replace(EARLIER, refusal=frozenset({FLEET}), undecided=False)),
}

# Kind, weight, and what follows: advice, the reason that is named, the way of an approval.
FOLLOWS = [
    (
        "rival_protection",
        "block",
        "reject",
        ("rival_protection",),
        "protected",
    ),
    (
        "earlier_registration",
        "block",
        "wait",
        ("earlier_registration",),
        "override",
    ),
    (
        "earlier_registration",
        "review",
        "ask",
        ("earlier_registration",),
        "free",
    ),
    (
        "later_registration",
        "review",
        "ask",
        ("later_registration",),
        "free",
    ),
    (
        "later_registration",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "tender",
        "block",
        "reject",
        ("tender",),
        "override",
    ),
    (
        "tender",
        "review",
        "ask",
        ("tender",),
        "free",
    ),
    (
        "tender",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "outside_territory",
        "block",
        "reject",
        ("outside_territory",),
        "override",
    ),
    (
        "outside_territory",
        "review",
        "ask",
        ("outside_territory",),
        "free",
    ),
    (
        "outside_territory",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "named_account",
        "block",
        "ask",
        ("named_account",),
        "override",
    ),
    (
        "named_account",
        "review",
        "ask",
        ("named_account",),
        "free",
    ),
    (
        "named_account",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "existing_customer",
        "block",
        "ask",
        ("existing_customer",),
        "override",
    ),
    (
        "existing_customer",
        "review",
        "ask",
        ("existing_customer",),
        "free",
    ),
    (
        "existing_customer",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "known_account",
        "review",
        "ask",
        ("known_account",),
        "free",
    ),
    (
        "known_account",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "hoarding",
        "block",
        "ask",
        ("hoarding",),
        "override",
    ),
    (
        "hoarding",
        "review",
        "ask",
        ("hoarding",),
        "free",
    ),
    (
        "hoarding",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "email_domain",
        "block",
        "ask",
        ("email_domain",),
        "override",
    ),
    (
        "email_domain",
        "review",
        "ask",
        ("email_domain",),
        "free",
    ),
    (
        "email_domain",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "thin_evidence",
        "review",
        "ask",
        ("thin_evidence",),
        "free",
    ),
    (
        "thin_evidence",
        "hint",
        "exclusive",
        (),
        "free",
    ),
    (
        "first_refusal",
        "block",
        "wait",
        ("first_refusal",),
        "override",
    ),
    (
        "first_refusal",
        "review",
        "ask",
        ("first_refusal",),
        "free",
    ),
    *(
        ("partner_of_record", weight, advice, because, way)
        for weight, advice, because, way in (
            ("block", "reject", ("partner_of_record",), "override"),
            ("review", "ask", ("partner_of_record",), "free"),
            ("hint", "exclusive", (), "free"),
        )
    ),
    *(
        ("direct_opportunity", weight, advice, because, way)
        for weight, advice, because, way in (
            ("block", "ask", ("direct_opportunity",), "override"),
            ("review", "ask", ("direct_opportunity",), "free"),
            ("hint", "exclusive", (), "free"),
        )
    ),
    *(
        ("direct_touch", weight, advice, because, way)
        for weight, advice, because, way in (
            ("block", "ask", ("direct_touch",), "override"),
            ("review", "ask", ("direct_touch",), "free"),
            ("hint", "exclusive", (), "free"),
        )
    ),
]


@pytest.mark.parametrize(("kind", "weight", "advice", "because", "way"), FOLLOWS)
def test_weight_of_a_kind_decides_what_follows(
    kind: str, weight: str, advice: str, because: tuple[str, ...], way: str
) -> None:
    found = ruling(FOUND[kind], APPROVED, weighing(kind, weight=weight))

    assert (found.advice, found.because, found.way) == (advice, because, way)
    assert found.clause == (CLAUSE_OF[kind] if because else "")


@pytest.mark.parametrize("kind", KINDS)
def test_one_thing_is_found_and_nothing_else(kind: str) -> None:
    found = FOUND[kind].found(OWN)

    assert [finding.kind for finding in found] == [kind]


def test_every_kind_is_in_the_table_with_every_weight_it_may_have() -> None:
    assert {kind for kind, *_rest in FOLLOWS} == set(KINDS)
    assert len({(kind, weight) for kind, weight, *_rest in FOLLOWS}) == len(FOLLOWS)
