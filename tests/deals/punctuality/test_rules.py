"""What happens when a decision is late, as plain values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deals.conflicts.rules import Found
from deals.precedence import BLOCK, EARLIER, EXISTING, HINT, KNOWN, LATER, NAMED, PROTECTION, REVIEW, THIN
from deals.punctuality.rules import (
    BLOCKING,
    INSTANT,
    UNDECIDED,
    bars,
    closed_at,
    may_be_shown,
    provisional_due,
    provisional_end,
    second_of,
)
from deals.rulebook import DealRules, clauses
from prm.clocks.calendar import Calendar
from prm.clocks.holidays import DaysOff

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
BERLIN = Calendar("Europe/Berlin", days_off=DaysOff("DE", "BE"))


@pytest.mark.parametrize(
    ("first", "deputy", "loads", "expected"),
    [
        (1, 2, {1: 0, 2: 9, 3: 0}, 2),
        (1, None, {1: 0, 2: 9, 3: 1}, 3),
        (1, None, {1: 0, 2: 4, 3: 4}, 2),
        (1, 7, {1: 0, 2: 4, 3: 3}, 3),
        (1, 1, {1: 0, 2: 4}, 2),
        (1, None, {1: 0}, None),
        (1, None, {}, None),
        (None, None, {5: 2, 6: 1}, 6),
        (None, None, {}, None),
    ],
    ids=[
        *("the deputy, however busy", "who has least to do", "of two the one here longest", "a deputy who has left"),
        *("nobody is the own deputy", "nobody else", "nobody at all", "a partner without a PAM", "nobody for nobody"),
    ],
)
def test_second_account_manager(first: int | None, deputy: int | None, loads: dict[int, int], expected: object) -> None:
    assert second_of(first, deputy, loads) == expected


def found(kind: str, band: str) -> Found:
    return Found(kind, band, 0.9, ())


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        ([], ""),
        ([(THIN, HINT), (KNOWN, HINT), (LATER, HINT), (NAMED, REVIEW), (EXISTING, REVIEW)], ""),
        ([(PROTECTION, BLOCK)], BLOCKING),
        ([(PROTECTION, REVIEW)], ""),
        ([(EARLIER, BLOCK)], UNDECIDED),
        ([(EARLIER, REVIEW)], UNDECIDED),
        ([(EARLIER, HINT)], ""),
        ([(LATER, BLOCK)], BLOCKING),
        ([(EARLIER, BLOCK), (PROTECTION, BLOCK)], BLOCKING),
    ],
    ids=[
        *("nothing", "what a person weighs", "somebody's protection", "perhaps somebody's", "somebody was earlier"),
        *("perhaps earlier", "earlier, for something else", "any other block", "both"),
    ],
)
def test_what_bars_a_provisional_protection(findings: list[tuple[str, str]], expected: str) -> None:
    assert bars(found(kind, band) for kind, band in findings) == expected


@pytest.mark.parametrize(
    ("missed", "begins", "ends"),
    [
        ("2026-11-23 10:00", "Wed 2026-11-25 10:00", "Mon 2026-11-30 10:00"),
        ("2026-12-22 16:00", "Thu 2026-12-24 16:00", "Wed 2026-12-30 16:00"),
        ("2026-12-23 16:00", "Mon 2026-12-28 16:00", "Thu 2026-12-31 16:00"),
        ("2026-10-23 16:00", "Tue 2026-10-27 16:00", "Fri 2026-10-30 16:00"),
    ],
    ids=["midweek", "Christmas within the five", "Christmas within the two", "clocks go back"],
)
def test_provisional_protection_is_counted_in_business_days(missed: str, begins: str, ends: str) -> None:
    """Two after the missed date; five after the decision, here at the same moment."""
    moment = datetime.fromisoformat(missed).replace(tzinfo=BERLIN.zone)
    shown = [
        f"{due.astimezone(BERLIN.zone):%a %Y-%m-%d %H:%M}"
        for due in (provisional_due(moment, DealRules(), BERLIN), provisional_end(moment, DealRules(), BERLIN))
    ]

    assert shown == [begins, ends]


def test_numbers_of_days_are_rules_of_the_programme() -> None:
    rules = DealRules(provisional_after_business_days=1, provisional_until_business_days=3)

    assert provisional_due(MONDAY, rules, BERLIN) == MONDAY + timedelta(days=1)
    assert provisional_end(MONDAY, rules, BERLIN) == MONDAY + timedelta(days=3)
    assert "1 business days after the missed date" in text_of("4.3", rules)
    assert "for 3 business days after it" in text_of("4.3", rules)


def text_of(number: str, rules: DealRules) -> str:
    return next(clause.text for clause in clauses(rules) if clause.number == number)


def test_numbers_of_older_clauses_stay() -> None:
    numbers = [clause.number for clause in clauses(DealRules())]

    assert numbers == [
        *("1.1", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7", "2.8"),
        *("3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "4.1", "4.2", "4.3", "4.4", "4.5"),
        *("4.6", "4.7", "4.8"),
        *("5.1", "5.2", "5.5", "5.6", "5.7"),
    ]


@pytest.mark.parametrize(("later", "expected"), [(-5, 0), (0, 0), (5, 5)])
def test_nothing_ends_before_it_began(later: int, expected: int) -> None:
    ended = closed_at(MONDAY + timedelta(seconds=later), MONDAY)

    assert ended == (MONDAY + timedelta(seconds=expected) if expected else MONDAY + INSTANT)


@pytest.mark.parametrize(("partners", "shown"), [(0, False), (1, False), (4, False), (5, True), (90, True)])
def test_figures_of_few_are_hidden(partners: int, shown: bool) -> None:
    assert may_be_shown(partners) is shown


def test_holiday_on_the_due_day_is_a_date_later() -> None:
    assert date(2026, 12, 25) in BERLIN.days_off
    assert date(2026, 12, 28) not in BERLIN.days_off
