"""What differs under other rules, and why."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deals.conflicts.cases import Case
from deals.conflicts.rules import Agreement, Asked, Business, Customer, Rival
from deals.replays.rules import Decided, Difference, Ruling, differences, plain, read, ruling
from deals.replays.sentences import told
from deals.rulebook import DealRules

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
FLEET = 1
PROOF = (("name_key", "The names are the same."),)
ASKED = Asked((NOON, 7), frozenset({FLEET}), "new", has_proof=True, registered_on=date(2026, 11, 24))
NAMED = Customer("acc_one", named=True, existing=False, band="block", score=0.97, evidence=PROOF)
EARLIER = Rival(
    *("deal_rival", (NOON - timedelta(hours=1), 3), frozenset({FLEET}), "new", frozenset(), True, "block", 0.97),
    evidence=PROOF,
)
APPROVED = Decided(True, frozenset({FLEET}), "resale", "shared", "new")
REJECTED = Decided(approved=False)
OWN = DealRules()


def changed(**values: Any) -> DealRules:
    return DealRules.model_validate(OWN.model_dump() | values)


def weighing(kind: str, **changes: object) -> DealRules:
    precedence = OWN.model_dump()["precedence"]
    precedence[kind] |= changes
    return changed(precedence=precedence)


def case(*others: Rival | Customer, **about: Any) -> Case:
    rivals = tuple(other for other in others if isinstance(other, Rival))
    customers = tuple(other for other in others if isinstance(other, Customer))
    return Case(replace(ASKED, **about), rivals, customers)


def compared(given: Case, decided: Decided, other: DealRules) -> list[Difference]:
    return differences(ruling(given, decided, OWN), ruling(given, decided, other), OWN, other)


def test_under_its_own_rules_nothing_differs() -> None:
    for given in (case(), case(NAMED), case(EARLIER), case(EARLIER, NAMED, business=Business(40))):
        for decided in (APPROVED, REJECTED):
            assert compared(given, decided, DealRules()) == []


@pytest.mark.parametrize(
    ("given", "decided", "other", "expected"),
    [
        (case(), APPROVED, changed(decision_business_days=9), []),
        (
            case(),
            APPROVED,
            changed(protection_days=60),
            [Difference("protection", "90", "60", "4.1", ("protection_days: 90 > 60",))],
        ),
        (case(), REJECTED, changed(protection_days=60), []),
        (
            case(),
            APPROVED,
            changed(rate_shared="0.10"),
            [Difference("rate", "0.12", "0.1", "5.1", ("rate_shared: 0.12 > 0.10",))],
        ),
        (case(), APPROVED, changed(rate_assisted="0.10"), []),
        (
            case(NAMED),
            REJECTED,
            weighing("named_account", weight="hint"),
            [
                Difference(
                    *("advice", "ask", "exclusive", "3.3"),
                    ("named_account: review > hint", "precedence.named_account.weight: review > hint"),
                )
            ],
        ),
        (
            case(NAMED),
            APPROVED,
            weighing("named_account", weight="block"),
            [
                Difference(
                    *("way", "free", "override", "3.3"),
                    ("named_account: review > block", "precedence.named_account.weight: review > block"),
                )
            ],
        ),
        (
            case(EARLIER),
            APPROVED,
            weighing("earlier_registration", weight="review"),
            [
                Difference(
                    *("advice", "wait", "ask", "3.2"),
                    why := (
                        "earlier_registration: block > review",
                        "precedence.earlier_registration.weight: block > review",
                    ),
                ),
                Difference(*("way", "override", "free", "3.2"), why),
            ],
        ),
        (
            case(business=Business(open=15)),
            REJECTED,
            changed(hoarding_base=4, hoarding_span=4),
            [
                Difference(
                    *("advice", "exclusive", "ask", "1.3"),
                    ("hoarding: none > review", "hoarding_base: 10 > 4", "hoarding_span: 20 > 4"),
                )
            ],
        ),
        # What only changes the order of what is looked at is no difference of the advice, unless another comes first.
        (
            case(NAMED, country="FR", agreement=Agreement(frozenset({"DE"}))),
            REJECTED,
            weighing("named_account", place=1),
            [
                Difference(
                    "reason", "outside_territory", "named_account", "3.3", ("precedence.named_account.place: 5 > 1",)
                )
            ],
        ),
        (case(NAMED), REJECTED, weighing("named_account", place=1), []),
    ],
)
def test_difference_names_what_why_and_the_clause(
    given: Case, decided: Decided, other: DealRules, expected: list[Difference]
) -> None:
    assert compared(given, decided, other) == expected


def test_protection_that_is_held_is_impossible_under_any_rules() -> None:
    holder = replace(EARLIER, protected=frozenset({FLEET}), undecided=False)

    assert ruling(case(holder), APPROVED, OWN).way == "protected"
    assert ruling(case(holder), REJECTED, OWN).way == "free"


@pytest.mark.parametrize("given", [case(), case(NAMED, EARLIER)])
@pytest.mark.parametrize("decided", [APPROVED, REJECTED])
def test_ruling_is_kept_and_read_again(given: Case, decided: Decided) -> None:
    made = ruling(given, decided, OWN)

    assert read(plain(made)) == made


def test_code_that_decides_otherwise_than_it_did_shows_under_the_own_version() -> None:
    """The control: what is compared is what was kept, not the same computation twice."""
    kept = ruling(case(), APPROVED, OWN)
    another = Ruling(**{**kept.__dict__, "advice": "ask", "because": ("named_account",)})

    assert [item.aspect for item in differences(another, ruling(case(), APPROVED, OWN), OWN, OWN)] == ["advice"]


@pytest.mark.parametrize(
    ("aspect", "before", "after", "why", "words"),
    [
        (
            "advice",
            "ask",
            "exclusive",
            "named_account: review > hint",
            "a named account: Only noted instead",
        ),
        ("advice", "ask", "exclusive", "hoarding: none > review", "many open registrations: Somebody looks at it, was"),
        ("advice", "ask", "exclusive", "hoarding: review > none", "many open registrations: is not found any more"),
        ("reason", "hoarding", "named_account", "hoarding: review > hint", "many open registrations: Only noted"),
        ("way", "free", "override", "protection_days: 90 > 60", "Days of protection: 60 instead of 90"),
        ("rate", "0.12", "", "unknown_value: 1 > 2", "unknown_value: 2 instead of 1"),
        ("protection", "90", "60", "protection_days: 90 > 60", "Days of protection"),
    ],
)
def test_difference_is_told_in_words(aspect: str, before: str, after: str, why: str, words: str) -> None:
    shown = told({"aspect": aspect, "before": before, "after": after, "clause": "3.3", "why": [why]})

    assert shown["clause"] == "3.3"
    assert words in shown["why"][0]
    assert "_" not in shown["aspect"] + shown["before"] + shown["after"]


def test_rates_are_told_as_per_cent() -> None:
    shown = told({"aspect": "rate", "before": "0.12", "after": "", "clause": "5.1", "why": []})

    assert (shown["before"], shown["after"]) == ("12 %", "–")
