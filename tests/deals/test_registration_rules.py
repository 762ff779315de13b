"""Decisions about a registration, without a database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.registrations import rules
from deals.registrations.states import (
    FINAL,
    OPEN,
    TRANSITIONS,
    UNDECIDED,
    Engagement,
    LossReason,
    Motion,
    Opportunity,
    State,
    Verb,
)
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar, local_date

RULES = DealRules()
BERLIN = "Europe/Berlin"
TODAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/Berlin", "Pacific/Apia", "Asia/Kolkata", "UTC")
COMPLETE = {
    "customer_name": "Müller Logistik GmbH",
    "customer_country": "DE",
    "value": Decimal("86400.00"),
    "expected_close": TODAY,
    "motion": "resale",
    "opportunity": "new",
    "engagement": "shared",
    "work_done": "Two workshops so far",
}
moments = st.integers(1_500_000_000, 2_200_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))
amounts = st.decimals(Decimal(0), Decimal(10**11), places=2)


def missing(products: int = 1, **changes: object) -> dict[str, str]:
    return rules.missing({**COMPLETE, **changes}, products=products, rules=RULES, today=TODAY)


# What each verb needs and leads to.


@pytest.mark.parametrize(("verb", "state"), list(product(Verb, State)))
def test_verb_is_allowed_in_its_own_states_alone(verb: Verb, state: State) -> None:
    expected = {
        Verb.EDIT: {"draft"},
        Verb.DISCARD: {"draft"},
        Verb.SUBMIT: {"draft"},
        Verb.ASK: {"submitted"},
        Verb.ANSWER: {"asked"},
        Verb.WITHDRAW: {"submitted", "asked"},
        Verb.APPROVE: {"submitted"},
        Verb.REJECT: {"submitted"},
        Verb.WIN: {"approved"},
        Verb.LOSE: {"approved"},
        Verb.EXTEND: {"approved"},
        Verb.EXTENSION: {"approved"},
        Verb.REFUND: {"won"},
        Verb.PROPOSE: {"submitted"},
        Verb.TEAM: {"submitted", "approved"},
        Verb.APPEAL: {"rejected", "approved", "won"},
        Verb.REVERSE: {"approved", "rejected"},
        Verb.APPEAL_DECISION: {"rejected", "approved", "won", "lost", "expired"},
        Verb.EXPIRE: {"approved"},
        Verb.LAPSE: {"asked"},
    }[verb]
    assert rules.allows(verb, state) is (state in expected)


def test_no_verb_leaves_a_final_state_but_a_refund_of_everything_and_a_reversal() -> None:
    left = {
        (verb, state)
        for verb, (needed, to) in TRANSITIONS.items()
        for state in needed
        if to is not None and state in FINAL - {to}
    }

    assert left == {(Verb.REFUND, State.WON), (Verb.REVERSE, State.REJECTED)}
    assert frozenset({State.DRAFT}) | OPEN | FINAL == frozenset(State)
    assert UNDECIDED < OPEN


def test_every_verb_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(Verb)


# What a complete registration has.


def test_missing_of_a_complete_registration_is_nothing() -> None:
    assert missing() == {}


@pytest.mark.parametrize("empty", [None, ""])
@pytest.mark.parametrize(("path", "name"), list(rules.REQUIRED.items()))
def test_missing_names_the_path_of_what_is_empty(path: str, name: str, empty: object) -> None:
    assert missing(**{name: empty}) == {path: "required"}


def test_missing_counts_an_absent_field_as_empty() -> None:
    assert rules.missing({}, products=0, rules=RULES, today=TODAY) == {
        **dict.fromkeys(rules.REQUIRED, "required"),
        "products": "required",
    }


def test_missing_products_are_named() -> None:
    assert missing(products=0) == {"products": "required"}


def test_missing_takes_a_value_of_nothing_as_given() -> None:
    assert missing(value=Decimal(0)) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 20, {}),
        ("x" * 19, {"work_done": "too_short"}),
        (" " * 30 + "x" * 19 + " " * 30, {"work_done": "too_short"}),
        (" " * 40, {"work_done": "too_short"}),
    ],
)
def test_missing_measures_the_work_done_without_the_space_around(text: str, expected: dict[str, str]) -> None:
    assert missing(work_done=text) == expected


def test_missing_measures_the_work_done_by_the_rules() -> None:
    lax = RULES.model_copy(update={"work_done_characters": 0})
    assert rules.missing({**COMPLETE, "work_done": "x"}, products=1, rules=lax, today=TODAY) == {}


@pytest.mark.parametrize(("days", "expected"), [(-1, {"expected_close": "past"}), (0, {}), (1, {})])
def test_missing_refuses_a_close_in_the_past_but_not_today(days: int, expected: dict[str, str]) -> None:
    assert missing(expected_close=TODAY + timedelta(days=days)) == expected


def test_askable_fields_leave_out_what_makes_it_another_customer_or_product() -> None:
    never = {"customer.name", "customer.country", "customer.website", "customer.tax_number", "products"}
    assert set(rules.ASKABLE) & never == set()
    assert set(rules.REQUIRED) - set(rules.ASKABLE) == {"customer.name", "customer.country"}


# Clocks.


def test_decision_is_due_two_business_days_later_at_the_same_wall_time() -> None:
    friday = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert rules.decision_due(friday, RULES, Calendar(BERLIN)) == datetime(2026, 12, 1, 15, tzinfo=UTC)


def test_decision_due_follows_the_rules() -> None:
    slow = RULES.model_copy(update={"decision_business_days": 5})
    assert rules.decision_due(NOW, slow, Calendar(BERLIN)) == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("asks", "expected"), [(0, True), (1, True), (2, False), (3, False)])
def test_only_the_first_two_questions_pause_the_clock(asks: int, expected: bool) -> None:
    assert rules.pauses(asks, RULES) is expected


def test_no_question_pauses_when_the_rules_say_so() -> None:
    assert rules.pauses(0, RULES.model_copy(update={"asks_that_pause": 0})) is False


@pytest.mark.parametrize(
    ("paused", "answered", "expected"),
    [
        ("2026-11-24T12:00+00:00", "2026-11-24T15:00+00:00", "2026-11-25T12:00+00:00"),
        ("2026-11-24T12:00+00:00", "2026-11-25T12:00+00:00", "2026-11-26T09:00+00:00"),
        ("2026-11-27T12:00+00:00", "2026-11-30T12:00+00:00", "2026-11-26T09:00+00:00"),
        ("2026-11-28T12:00+00:00", "2026-11-29T12:00+00:00", "2026-11-25T09:00+00:00"),
        ("2026-11-24T12:00+00:00", "2026-11-24T12:00+00:00", "2026-11-25T09:00+00:00"),
    ],
    ids=["three hours", "a day", "over a weekend", "within a weekend", "at once"],
)
def test_resumed_due_gives_back_the_business_time_of_the_answer(paused: str, answered: str, expected: str) -> None:
    due = datetime(2026, 11, 25, 9, tzinfo=UTC)
    resumed = rules.resumed_due(due, datetime.fromisoformat(paused), datetime.fromisoformat(answered), Calendar(BERLIN))
    assert resumed == datetime.fromisoformat(expected)


# Protection and its reminders.


@pytest.mark.parametrize(
    ("approved", "zone", "expected"),
    [
        ("2026-11-24T09:30+00:00", BERLIN, "2027-02-22T22:59:59+00:00"),
        ("2026-11-24T23:30+00:00", BERLIN, "2027-02-23T22:59:59+00:00"),
        ("2026-11-24T09:30+00:00", "America/New_York", "2027-02-23T04:59:59+00:00"),
        ("2026-11-24T09:30+00:00", "Pacific/Apia", "2027-02-22T10:59:59+00:00"),
        ("2026-11-24T11:30+00:00", "Pacific/Apia", "2027-02-23T10:59:59+00:00"),
        ("2026-11-24T18:45+00:00", "Asia/Kolkata", "2027-02-23T18:29:59+00:00"),
        ("2026-08-01T09:30+00:00", BERLIN, "2026-10-30T22:59:59+00:00"),
        ("2026-02-01T09:30+00:00", BERLIN, "2026-05-02T21:59:59+00:00"),
        ("2027-12-01T09:30+00:00", "UTC", "2028-02-29T23:59:59+00:00"),
    ],
    ids=[
        *("Berlin", "Berlin has tomorrow already", "New York", "Apia", "Apia has tomorrow already", "Kolkata"),
        *("clocks go back", "clocks go forward", "leap day"),
    ],
)
def test_protection_ends_with_the_ninetieth_day_of_the_partner(approved: str, zone: str, expected: str) -> None:
    end = rules.protection_end(datetime.fromisoformat(approved), RULES, zone)
    assert end == datetime.fromisoformat(expected)


@given(moments, st.sampled_from(ZONES), st.integers(1, 365))
def test_protection_lasts_whole_days_and_never_less(approved: datetime, zone: str, days: int) -> None:
    end = rules.protection_end(approved, RULES.model_copy(update={"protection_days": days}), zone)
    assert local_date(end, zone) - local_date(approved, zone) == timedelta(days=days)
    assert f"{end.astimezone(ZoneInfo(zone)):%H:%M:%S}" == "23:59:59"


def test_reminder_times_are_eight_in_the_morning_soonest_first() -> None:
    until = datetime(2027, 2, 22, 22, 59, 59, tzinfo=UTC)
    assert rules.reminder_times(until, (3, 30, 14, 30), BERLIN) == [
        (datetime(2027, 1, 23, 7, tzinfo=UTC), 30),
        (datetime(2027, 2, 8, 7, tzinfo=UTC), 14),
        (datetime(2027, 2, 19, 7, tzinfo=UTC), 3),
    ]


@given(moments, st.sampled_from(ZONES), st.sets(st.integers(1, 365), max_size=6))
def test_reminder_times_are_at_eight_on_the_wall_whatever_the_clocks_do(
    approved: datetime, zone: str, days: set[int]
) -> None:
    until = rules.protection_end(approved, RULES, zone)
    times = rules.reminder_times(until, days, zone)
    assert [n for _at, n in times] == sorted(days, reverse=True)
    walls = [at.astimezone(ZoneInfo(zone)) for at, _n in times]
    assert {f"{wall:%H:%M:%S}" for wall in walls} <= {"08:00:00"}
    assert [(local_date(until, zone) - wall.date()).days for wall in walls] == [n for _at, n in times]


UNTIL = datetime(2027, 2, 22, 22, 59, 59, tzinfo=UTC)
THIRTY, FOURTEEN, THREE = (at for at, _n in rules.reminder_times(UNTIL, RULES.reminder_days, BERLIN))
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("now", "following", "worth"),
    [
        (THIRTY - SECOND, THIRTY, None),
        (THIRTY, FOURTEEN, 30),
        (FOURTEEN - SECOND, FOURTEEN, 30),
        (FOURTEEN, THREE, 14),
        (THREE - SECOND, THREE, 14),
        (THREE, None, 3),
        (UNTIL, None, 3),
    ],
)
def test_reminders_missed_collapse_into_the_newest(
    now: datetime, following: datetime | None, worth: int | None
) -> None:
    assert rules.next_reminder(UNTIL, RULES.reminder_days, BERLIN, now) == following
    assert rules.reminder_now(UNTIL, RULES.reminder_days, BERLIN, now) == worth


def test_reminders_without_days_are_none() -> None:
    assert rules.next_reminder(UNTIL, (), BERLIN, NOW) is None
    assert rules.reminder_now(UNTIL, (), BERLIN, UNTIL) is None


@given(moments, st.sampled_from(ZONES), st.sets(st.integers(1, 120), min_size=1, max_size=5))
def test_reminders_followed_one_by_one_say_each_number_once(approved: datetime, zone: str, days: set[int]) -> None:
    until = rules.protection_end(approved, RULES, zone)
    said, at = [], rules.next_reminder(until, days, zone, approved)
    while at is not None:
        said.append(rules.reminder_now(until, days, zone, at))
        at = rules.next_reminder(until, days, zone, at)
    due = [n for moment, n in rules.reminder_times(until, days, zone) if moment > approved]
    assert said == due


# Money.


@pytest.mark.parametrize(
    ("motion", "engagement", "expected"),
    [
        (Motion.RESALE, Engagement.ASSISTED, "0.04"),
        (Motion.RESALE, Engagement.SHARED, "0.12"),
        (Motion.RESALE, Engagement.INDEPENDENT, "0.20"),
        (Motion.CO_SELL, Engagement.ASSISTED, "0.04"),
        (Motion.CO_SELL, Engagement.SHARED, "0.12"),
        (Motion.CO_SELL, Engagement.INDEPENDENT, "0.20"),
        (Motion.MANAGED, Engagement.ASSISTED, "0.04"),
        (Motion.MANAGED, Engagement.SHARED, "0.12"),
        (Motion.MANAGED, Engagement.INDEPENDENT, "0.20"),
        (Motion.REFERRAL, Engagement.ASSISTED, "0.10"),
        (Motion.REFERRAL, Engagement.INDEPENDENT, "0.10"),
        (Motion.INFLUENCE, Engagement.SHARED, "0.03"),
        (Motion.INFLUENCE, "", "0.03"),
        (Motion.RESALE, "", "0"),
        (Motion.RESALE, "sponsored", "0"),
    ],
)
@pytest.mark.parametrize(
    ("opportunity", "factor"), [(Opportunity.NEW, "1"), (Opportunity.EXPANSION, "1"), (Opportunity.RENEWAL, "0.5")]
)
def test_rate_follows_motion_engagement_and_opportunity(
    motion: str, engagement: str, opportunity: str, expected: str, factor: str
) -> None:
    share = rules.rate(motion=motion, engagement=engagement, opportunity=opportunity, rules=RULES)
    assert share == Decimal(expected) * Decimal(factor)


def test_rate_is_of_the_rules_in_force() -> None:
    generous = RULES.model_copy(update={"rate_shared": Decimal("0.5"), "renewal_share": Decimal(1)})
    assert rules.rate(motion="resale", engagement="shared", opportunity="renewal", rules=generous) == Decimal("0.5")


@pytest.mark.parametrize(
    ("value", "share", "expected"),
    [
        ("86400.00", "0.20", "17280.00"),
        ("0.00", "0.20", "0.00"),
        ("0.25", "0.10", "0.02"),
        ("0.35", "0.10", "0.04"),
        ("0.12", "0.04", "0.00"),
        ("0.13", "0.04", "0.01"),
        ("100000000000.00", "1", "100000000000.00"),
        ("33333.33", "0.12", "4000.00"),
    ],
)
def test_earnings_are_rounded_to_the_cent_half_to_even(value: str, share: str, expected: str) -> None:
    earned = rules.earnings(Decimal(value), Decimal(share))
    assert (earned, earned.as_tuple().exponent) == (Decimal(expected), -2)


@given(amounts, amounts, st.decimals(Decimal(0), Decimal(1), places=4))
def test_earnings_of_more_are_never_less_and_never_above_the_value(
    one: Decimal, other: Decimal, share: Decimal
) -> None:
    less, more = sorted((one, other))
    assert Decimal(0) <= rules.earnings(less, share) <= rules.earnings(more, share) <= more


# Reasons and states.


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("price", ("price", "")),
        ("  price ", ("price", "")),
        ("Price", ("other", "Price")),
        ("They merged.", ("other", "They merged.")),
        ("other", ("other", "")),
        ("", ("other", "")),
        ("x" * 400, ("other", "x" * 300)),
    ],
)
def test_coded_keeps_what_is_no_code_as_text(given_: str, expected: tuple[str, str]) -> None:
    assert rules.coded(given_, LossReason.values, LossReason.OTHER) == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [
        (Verb.SUBMIT, State.SUBMITTED),
        (Verb.ASK, State.ASKED),
        (Verb.ANSWER, State.SUBMITTED),
        (Verb.APPROVE, State.APPROVED),
        (Verb.REJECT, State.REJECTED),
        (Verb.WITHDRAW, State.WITHDRAWN),
        (Verb.WIN, State.WON),
        (Verb.LOSE, State.LOST),
        (Verb.EXPIRE, State.EXPIRED),
        (Verb.LAPSE, State.LAPSED),
        (Verb.EDIT, State.DRAFT),
    ],
)
def test_state_after_a_verb(verb: Verb, expected: State) -> None:
    assert TRANSITIONS[verb][1] == expected
