"""Value by value: which clause tells it, what a form takes for it, and what a replay names as the reason."""

from decimal import Decimal
from typing import Any

import pytest

from deals.rulebook import SCHEMA, DealRules, clauses
from deals.rulewords import WORDS
from prm.errors import InvalidInput
from prm.policy.forms import VersionForm
from prm.policy.papers import PAPERS, clauses_from
from prm.policy.schemas import checked
from prm.policy.selectors import changes
from prm.policy.shape import flat, leaves, nested

DEFAULTS = DealRules().model_dump(mode="json")

# Path, another value, the clauses that read differently with it, and what stands in one of them then.
TOLD: list[tuple[str, Any, list[str], str]] = [
    ("work_done_characters", 50, ["1.1"], "at least 50 characters"),
    ("hoarding_base", 12, ["1.3"], "more than 12 registrations"),
    ("hoarding_span", 15, ["1.3"], "up to 15 more"),
    ("hoarding_prior_progressed", "1.5", ["1.3"], "1.5 of 5 such deals"),
    ("hoarding_prior_closed", "7.5", ["1.3"], "2.5 of 7.5 such deals"),
    ("decision_business_days", 3, ["2.1", "4.2"], "within 3 business days"),
    ("answer_business_days", 7, ["2.2"], "within 7 business days"),
    ("asks_that_pause", 1, ["2.2"], "The first 1 questions"),
    ("appeal_business_days", 15, ["2.7", "5.6"], "within 15 business days after a rejection, or"),
    ("consent_business_days", 7, ["5.7"], "consent within 7 business days"),
    ("appeal_decision_business_days", 4, ["2.7", "5.6"], "answers within 4 business days"),
    ("acknowledgement_needed", True, ["2.6"], "until then you cannot register"),
    ("precedence.rival_protection.place", 50, ["3.6"], "another partner of record; a protection"),
    ("precedence.earlier_registration.weight", "review", ["3.6"], "this: an earlier registration of another partner;"),
    ("precedence.earlier_registration.place", 45, ["3.6"], "another partner of record; an earlier registration"),
    ("precedence.tender.weight", "block", ["3.6"], "an earlier registration of another partner; a published tender; a"),
    ("precedence.tender.place", 50, ["3.6"], "; a published tender. This is only noted"),
    ("precedence.outside_territory.weight", "hint", ["3.6"], "noted: a customer outside your territory"),
    ("precedence.outside_territory.place", 1, ["3.6"], "looks at this: a customer outside your territory"),
    ("precedence.named_account.weight", "block", ["3.6"], "of another partner; a named account; a first"),
    ("precedence.named_account.place", 1, ["3.6"], "looks at this: a named account"),
    ("precedence.existing_customer.weight", "hint", ["3.6"], "noted: a customer we serve"),
    ("precedence.existing_customer.place", 1, ["3.6"], "looks at this: a customer we serve"),
    ("precedence.hoarding.weight", "block", ["3.6"], "of another partner; many open registrations; a first"),
    ("precedence.hoarding.place", 1, ["3.6"], "looks at this: many open registrations"),
    ("precedence.email_domain.weight", "hint", ["3.6"], "noted: an e-mail domain that is no evidence"),
    ("precedence.email_domain.place", 1, ["3.6"], "looks at this: an e-mail domain that is no evidence"),
    (
        "precedence.later_registration.weight",
        "review",
        ["3.6"],
        "; a later registration of another partner; an open opportunity",
    ),
    ("precedence.later_registration.place", 50, ["3.6"], "; a later registration of another partner."),
    ("precedence.known_account.weight", "review", ["3.6"], "; a customer we know; an open opportunity"),
    ("precedence.known_account.place", 1, ["3.6"], "noted: a customer we know"),
    (
        "precedence.thin_evidence.weight",
        "review",
        ["3.6"],
        "; little evidence who the customer is; an open opportunity",
    ),
    ("precedence.thin_evidence.place", 1, ["3.6"], "noted: little evidence who the customer is"),
    ("precedence.direct_opportunity.weight", "block", ["3.6"], "of another partner; an open opportunity of our own"),
    ("precedence.direct_opportunity.place", 1, ["3.6"], "looks at this: an open opportunity of our own sales"),
    ("precedence.direct_touch.weight", "hint", ["3.6"], "who the customer is; a recent touch of our own sales"),
    ("precedence.direct_touch.place", 1, ["3.6"], "looks at this: a recent touch of our own sales"),
    ("direct_touch_days", 30, ["3.7"], "in the 30 days before you registered"),
    ("case_business_days", 4, ["3.8"], "within 4 business days"),
    ("co_sell_business_days", 3, ["4.8"], "answers within 3 business days"),
    ("seller_uplift", "0.03", ["5.5"], "earns 3 % of the value more"),
    ("record_reminder_days", [60, 10], ["3.9"], "for proof 60, 10 days before the year ends"),
    (
        "precedence.partner_of_record.weight",
        "review",
        ["3.6"],
        "a recent touch of our own sales; another partner of record. This",
    ),
    (
        "precedence.partner_of_record.place",
        1,
        ["3.6"],
        "a protection of another partner; another partner of record; an",
    ),
    ("protection_days", 60, ["4.1"], "the 60th day"),
    ("reminder_days", [20, 5], ["4.1"], "20, 5 days before"),
    ("extension_days", 20, ["4.2"], "20"),
    ("first_refusal_business_days", 3, ["4.6"], "Each has 3 business days"),
    ("early_win_hours", 48, ["4.7"], "within 48 hours"),
    (
        "precedence.first_refusal.weight",
        "review",
        ["3.6"],
        "a recent touch of our own sales; a first refusal of another partner. This",
    ),
    ("precedence.first_refusal.place", 1, ["3.6"], "a first refusal of another partner; an earlier"),
    ("provisional_after_business_days", 4, ["4.3"], "decided 4 business days after"),
    ("provisional_until_business_days", 6, ["4.3"], "for 6 business days after it"),
    ("teaming_business_days", 5, ["4.5"], "Both have 5 business days"),
    ("teaming_least_per_cent", 25, ["4.5"], "each at least 25 per cent"),
    ("rate_managed_yearly", "0.06", ["5.1"], "6 % of what recurs"),
    ("payable_after_days", 45, ["5.2"], "can be paid 45 days later"),
    ("rate_assisted", "0.05", ["5.1"], "5 % assisted"),
    ("volume_rebate.steps", ["EUR 250000 2"], ["5.3"], "2 % from EUR 250,000.00 on"),
    ("price_hold.months_msp", 12, ["5.4"], "for MSPs 12 months"),
    ("price_hold.months_mssp", 24, ["5.4"], "for MSSPs 24 months"),
    ("rate_shared", "0.10", ["5.1"], "10 % shared"),
    ("rate_independent", "0.25", ["5.1"], "25 % independent"),
    ("rate_referral", "0.08", ["5.1"], "8 % for a referral"),
    ("rate_influence", "0.02", ["5.1"], "2 % for influence"),
    ("renewal_share", "0.25", ["5.1"], "renewals 25 % of that"),
]
# A single choice cannot be another. What a rebate or a hold is like says nothing while there is none.
SILENT: dict[str, Any] = {
    "precedence.rival_protection.weight": "block",
    "volume_rebate.period": "year",
    "price_hold.products": ["fleet-cloud"],
}


def with_value(path: str, value: Any) -> dict[str, Any]:
    return nested(flat(DEFAULTS) | {path: value})


@pytest.mark.parametrize(("path", "value", "numbers", "words"), TOLD)
def test_value_is_told_in_its_clause_and_in_no_other(path: str, value: Any, numbers: list[str], words: str) -> None:
    after = with_value(path, value)

    found = changes(SCHEMA, DEFAULTS, after)

    assert [change.path for change in found.values] == [path]
    assert [change.number for change in found.clauses] == numbers
    assert words in " ".join(clause.text for clause in clauses_from(SCHEMA, after) if clause.number in numbers)


def test_every_value_is_told_or_said_to_be_silent() -> None:
    told = [path for path, _value, _numbers, _words in TOLD]

    assert sorted([*told, *SILENT]) == sorted(leaf.path for leaf in leaves(DealRules))
    for path, value in SILENT.items():
        assert changes(SCHEMA, DEFAULTS, with_value(path, value)).clauses == []


@pytest.mark.parametrize("path", sorted(WORDS))
def test_every_value_has_a_label_and_a_heading(path: str) -> None:
    words = WORDS[path]

    assert str(words.label)
    assert str(words.section)


# Path, what is typed, what the schema gets; None where it is refused.
TYPED: list[tuple[str, str, Any]] = [
    ("decision_business_days", "1", 1),
    ("decision_business_days", "365", 365),
    ("decision_business_days", "366", None),
    ("decision_business_days", "0", None),
    ("decision_business_days", "-1", None),
    ("decision_business_days", "2.5", None),
    ("decision_business_days", "", None),
    ("asks_that_pause", "0", 0),
    ("asks_that_pause", "10", 10),
    ("asks_that_pause", "11", None),
    ("work_done_characters", "0", 0),
    ("work_done_characters", "1000", 1000),
    ("work_done_characters", "1001", None),
    ("reminder_days", "30", [30]),
    ("reminder_days", "30,14,3", [30, 14, 3]),
    ("reminder_days", " 3 , 14 ", [3, 14]),
    ("reminder_days", "366", None),
    ("reminder_days", "3; 14", None),
    ("reminder_days", "\u0663", None),
    ("rate_assisted", "0", "0"),
    ("rate_assisted", "4.5", "0.045"),
    ("rate_assisted", "100", "1"),
    ("rate_assisted", "100.01", None),
    ("rate_assisted", "-0.01", None),
    ("rate_assisted", "4.555", None),
    ("rate_assisted", "NaN", None),
    ("rate_assisted", "four", None),
    ("renewal_share", "33.33", "0.3333"),
    ("hoarding_base", "1", 1),
    ("hoarding_base", "1001", None),
    ("hoarding_prior_closed", "100", "100"),
    ("hoarding_prior_closed", "0", None),
    ("hoarding_prior_closed", "Infinity", None),
    ("precedence.tender.weight", "block", "block"),
    ("precedence.tender.weight", "never", None),
    ("precedence.tender.place", "99", 99),
    ("precedence.tender.place", "100", None),
    ("precedence.rival_protection.weight", "block", "block"),
    ("precedence.rival_protection.weight", "review", None),
    ("precedence.earlier_registration.weight", "hint", None),
    ("precedence.later_registration.weight", "block", None),
]


def form(**changed: str) -> VersionForm:
    empty = VersionForm(schema=DealRules, paper=PAPERS[SCHEMA], values=DEFAULTS, initial={"after": 1})
    values = {name: empty[name].value() for name in empty.fields}
    sent = {name: str(value) for name, value in values.items() if value is not None and value is not False}
    return VersionForm(sent | changed, schema=DealRules, paper=PAPERS[SCHEMA], values=DEFAULTS)


@pytest.mark.parametrize(("path", "typed", "value"), TYPED)
def test_form_takes_what_the_schema_takes_and_nothing_else(path: str, typed: str, value: Any) -> None:
    sent = form(**{path: typed})

    assert sent.is_valid() == (value is not None), sent.errors
    if value is None:
        assert list(sent.errors) == [path]
    else:
        taken = flat(sent.values())[path]
        assert taken == (Decimal(value) if isinstance(taken, Decimal) else value)
        checked(SCHEMA, sent.values())


def test_form_as_it_stands_changes_nothing() -> None:
    sent = form()

    assert sent.is_valid(), sent.errors
    assert changes(SCHEMA, DEFAULTS, checked(SCHEMA, sent.values()).model_dump(mode="json")).is_empty


@pytest.mark.parametrize(
    ("changed", "paths"),
    [
        ({"protection_days": 0}, ["protection_days"]),
        ({"protection_days": None}, ["protection_days"]),
        ({"reminder_days": [30, "x"]}, ["reminder_days.1"]),
        ({"rate_shared": "much"}, ["rate_shared"]),
        ({"rate_shared": "NaN"}, ["rate_shared"]),
        ({"precedence": {}}, []),
        ({"precedence": {"tender": {"weight": "block"}}}, ["precedence.tender.place"]),
        ({"precedence": {"gossip": {"weight": "block", "place": 1}}}, ["precedence.gossip"]),
        ({"hoarding_prior_progressed": "9.0"}, ["hoarding_prior_closed"]),
        ({"protection_days": 0, "rate_shared": "2"}, ["protection_days", "rate_shared"]),
        ({"surprise": 1}, ["surprise"]),
    ],
)
def test_values_over_any_door_are_refused_at_their_paths(changed: dict[str, Any], paths: list[str]) -> None:
    values = {**DEFAULTS, **changed}
    if not paths:
        assert checked(SCHEMA, values) == DealRules()
        return

    with pytest.raises(InvalidInput) as refused:
        checked(SCHEMA, values)

    assert sorted(refused.value.errors) == sorted(paths)


@pytest.mark.parametrize("number", [clause.number for clause in clauses(DealRules())])
def test_every_clause_is_a_sentence_in_a_chapter(number: str) -> None:
    clause = next(clause for clause in clauses(DealRules()) if clause.number == number)

    assert clause.text.endswith(".")
    assert clause.title == clause.title.strip() != ""
    assert "%(" not in clause.text
    assert clause.number.partition(".")[0] in {"1", "2", "3", "4", "5"}
