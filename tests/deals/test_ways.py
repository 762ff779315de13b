"""Counterfactuals: products and dates for the reviewer, own evidence for the partner."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.conflicts.texts import EVIDENCE
from deals.conflicts.ways import COUNTS, FREE_FROM, WITHOUT, Obstacle, Own, Way, own_evidence, ways
from deals.registrations.states import RejectReason

MARCH = datetime(2027, 3, 2, 22, 59, 59, tzinfo=UTC)
MAY = datetime(2027, 5, 2, 21, 59, 59, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
FLEET, PLANNER, DOCK = "Fleet", "Planner", "Dock"


def held(*products: str, until: datetime | None = MARCH) -> Obstacle:
    return Obstacle(frozenset(products), until)


@pytest.mark.parametrize(
    ("asked", "obstacles", "expected"),
    [
        ([FLEET], [], []),
        ([FLEET], [held(FLEET)], [Way(FREE_FROM, (FLEET,), MARCH + A_SECOND)]),
        ([FLEET], [held(FLEET, until=None)], []),
        (
            [FLEET, PLANNER],
            [held(FLEET)],
            [Way(WITHOUT, (FLEET,)), Way(FREE_FROM, (FLEET,), MARCH + A_SECOND)],
        ),
        ([FLEET, PLANNER], [held(FLEET, until=None)], [Way(WITHOUT, (FLEET,))]),
        (
            [PLANNER, FLEET],
            [held(FLEET, PLANNER)],
            [Way(FREE_FROM, (FLEET, PLANNER), MARCH + A_SECOND)],
        ),
        (
            [FLEET, PLANNER, DOCK],
            [held(FLEET), held(PLANNER, until=MAY)],
            [
                Way(WITHOUT, (FLEET, PLANNER)),
                Way(FREE_FROM, (FLEET,), MARCH + A_SECOND),
                Way(FREE_FROM, (PLANNER,), MAY + A_SECOND),
            ],
        ),
        # Two hold it one after the other: only the last end frees it.
        ([FLEET], [held(FLEET), held(FLEET, until=MAY)], [Way(FREE_FROM, (FLEET,), MAY + A_SECOND)]),
        # A protection that ends, and somebody who was first: no day frees it.
        ([FLEET], [held(FLEET), held(FLEET, until=None)], []),
        # What is held and not asked for is no obstacle.
        ([PLANNER], [held(FLEET)], []),
        # What is about everything leaves nothing to take away.
        ([FLEET, PLANNER], [held(FLEET), Obstacle(frozenset())], []),
    ],
)
def test_ways_are_in_products_and_dates(asked: list[str], obstacles: list[Obstacle], expected: list[Way]) -> None:
    assert ways(asked, obstacles) == expected


NOTHING, EVERYTHING = Own(website=False, tax_number=False, mailbox=False), Own(True, True, True)
ALL_OF_IT = ("tax_number", "website", "mailbox")


@pytest.mark.parametrize(
    ("reason", "given_nothing", "given_everything"),
    [
        ("already_protected", (*ALL_OF_IT, "other_products"), ("other_products",)),
        ("duplicate", (*ALL_OF_IT, "other_products"), ("other_products",)),
        ("direct_opportunity", (*ALL_OF_IT, "other_products"), ("other_products",)),
        ("named_account", ALL_OF_IT, ()),
        ("existing_customer", (*ALL_OF_IT, "other_products"), ("other_products",)),
        ("partner_of_record", (*ALL_OF_IT, "consent"), ("consent",)),
        ("outside_territory", ("buying_site",), ("buying_site",)),
        ("tender", ("other_need",), ("other_need",)),
        ("incomplete", ALL_OF_IT, ()),
        ("not_qualified", ("more_work",), ("more_work",)),
        ("other", (), ()),
        ("", (), ()),
    ],
)
def test_partner_reads_which_of_its_own_evidence_counts(
    reason: str, given_nothing: tuple[str, ...], given_everything: tuple[str, ...]
) -> None:
    assert own_evidence(reason, NOTHING) == given_nothing
    assert own_evidence(reason, EVERYTHING) == given_everything


def test_what_was_given_is_not_asked_for() -> None:
    assert own_evidence("incomplete", Own(website=True, tax_number=False, mailbox=False)) == ("tax_number", "mailbox")


def test_every_code_has_a_sentence_and_every_reason_an_answer() -> None:
    codes = {code for pieces, more in COUNTS.values() for code in (*pieces, *more)}

    assert codes == set(EVIDENCE)
    assert set(COUNTS) | {"other"} == set(RejectReason.values)
