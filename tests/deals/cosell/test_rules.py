"""Whom something waits for, when it is called to mind, and what the forms make of what is typed; no database."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deals.cosell import rules
from deals.cosell.forms import AskCoSellForm, DeclineCoSellForm, EndCoSellForm, NextStepForm
from deals.cosell.listing import HEADER, in_words, sides_of
from deals.cosell.models import CoSell, CoSellStep
from deals.cosell.policies import side_of
from deals.cosell.rules import NextStep
from deals.cosell.states import (
    ENDED_BY,
    OPEN_STATES,
    SAID,
    SAID_CHOICES,
    TONES,
    CoSellState,
    Help,
    Party,
    Refusal,
    Result,
    Role,
)
from deals.registrations.models import Registration
from deals.registrations.states import FINAL, State
from deals.rulebook import DealRules, clauses
from prm.accounts.models import Membership, Organisation, User
from prm.audit.kinds import KINDS, noters_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "asked_by", "expected"),
    [
        ("asked", "partner", Party.VENDOR),
        ("asked", "vendor", Party.PARTNER),
        ("active", "partner", None),
        ("active", "vendor", None),
        ("declined", "partner", None),
        ("withdrawn", "vendor", None),
        ("ended", "partner", None),
    ],
)
def test_a_request_waits_for_the_other_side(state: str, asked_by: str, expected: Party | None) -> None:
    assert rules.waits_for(state, asked_by) == expected
    assert CoSell(state=state, asked_side=asked_by).waits_for == expected


def test_each_side_has_the_other_one() -> None:
    assert {side: rules.other(side) for side in Party} == {
        Party.PARTNER: Party.VENDOR,
        Party.VENDOR: Party.PARTNER,
    }


@pytest.mark.parametrize(
    ("due_in", "expected"),
    [
        (timedelta(0), None),
        (DAY - SECOND, None),
        (DAY, None),
        (DAY + SECOND, NOON + SECOND),
        (2 * DAY, NOON + DAY),
        (30 * DAY, NOON + 29 * DAY),
    ],
)
def test_step_is_called_to_mind_a_day_before_unless_it_is_due_at_once(
    due_in: timedelta, expected: datetime | None
) -> None:
    assert rules.remind_at(NOON + due_in, NOON) == expected


def test_every_end_of_a_deal_ends_what_is_open_on_it() -> None:
    """Whatever state is final is reached by an event that is listened to."""
    ended = {kind.removeprefix("deal.") for kind in ENDED_BY}

    assert ended == {state.value for state in FINAL}
    assert all(KINDS[kind].for_partners for kind in ENDED_BY)
    assert all(noters_of(kind) for kind in ENDED_BY)
    assert set(ENDED_BY.values()) | set(SAID) == set(Result)
    assert set(ENDED_BY.values()) & set(SAID) == set()
    assert ENDED_BY[f"deal.{State.WON}"] == Result.WON
    assert ENDED_BY[f"deal.{State.LOST}"] == Result.LOST


def test_lists_are_closed_and_have_words() -> None:
    for kind in (CoSellState, Help, Role, Refusal, Result, Party):
        labels = [str(member.label) for member in kind]
        assert all(labels)
        assert len(set(labels)) == len(labels)
    assert set(TONES) == set(CoSellState)
    assert {CoSellState.ASKED, CoSellState.ACTIVE} == OPEN_STATES
    assert [value for value, _label in SAID_CHOICES] == ["done", "not_needed", "stopped"]
    assert len(set(HEADER)) == len(HEADER)


def test_clause_says_how_long_an_answer_takes() -> None:
    told = {days: rules.clause(days) for days in (2, 5)}
    found = {clause.number: clause.text for clause in clauses(DealRules(co_sell_business_days=5))}

    assert "within 2 business days" in told[2]
    assert found["4.8"] == told[5]
    assert told[2].replace("2 business", "5 business") == told[5]


@pytest.mark.parametrize(
    ("state", "answered", "agreed", "asked", "active"),
    [
        ("asked", False, False, True, False),
        ("active", True, True, False, True),
        ("declined", True, False, False, False),
        ("withdrawn", False, False, False, False),
        ("ended", True, True, False, False),
        ("ended", False, False, False, False),
    ],
)
def test_what_was_agreed(state: str, answered: bool, agreed: bool, asked: bool, active: bool) -> None:
    found = CoSell(state=state, asked_side="partner", answered_at=NOON if answered else None)

    assert (found.was_agreed, found.is_asked, found.is_active) == (agreed, asked, active)
    assert found.tone == TONES[CoSellState(state)]


def test_sides_of_a_co_sell_with_their_people_and_roles() -> None:
    rep, seller = User(pk=1, name="Rita Rep"), User(pk=2, name="Sam Seller")
    deal = Registration(reference="DR-1", customer_name="Acme")
    found = CoSell(
        registration=deal,
        state="active",
        asked_side="partner",
        partner_person=rep,
        vendor_person=seller,
        partner_roles=["lead", "delivery"],
        vendor_roles=["technical"],
    )

    assert sides_of(found) == [
        ("Partner", "Leads the sale, Delivery", rep),
        ("Vendor", "Technical questions", seller),
    ]
    assert [found.person_of(side) for side in Party] == [rep, seller]
    assert [found.roles_of(side) for side in Party] == [["lead", "delivery"], ["technical"]]
    assert in_words([]) == ""
    assert str(found) == "DR-1 Acme: Selling together"
    assert str(CoSellStep(text="Show it")) == "Show it"
    assert found.get_absolute_url() == f"/co-sell/{found.public_id}/"
    assert found.public_id.startswith("csl_")


@pytest.mark.parametrize(("kind", "expected"), [("partner", Party.PARTNER), ("vendor", Party.VENDOR)])
def test_side_follows_the_organisation(kind: str, expected: Party) -> None:
    user = User(pk=7)
    user.membership = Membership(organisation=Organisation(pk=1, kind=kind), roles=["sales_rep"])

    assert side_of(user) == expected


PEOPLE = [User(pk=1, public_id="usr_a", name="Ana"), User(pk=2, public_id="usr_b", name="Bea")]
ASKED = {"help": "technical", "message": " A demo, please. ", "person": "usr_b", "role_lead": "partner"}


def asking(**changes: Any) -> AskCoSellForm:
    return AskCoSellForm({**ASKED, **changes}, own=Party.PARTNER, people=PEOPLE, chosen=PEOPLE[0])


def test_request_is_read_from_its_form() -> None:
    form = asking(
        role_technical="vendor",
        steps_0_text="Show it",
        steps_0_side="vendor",
        steps_0_due_on="2026-12-01",
        steps_2_text="Write the offer",
        steps_2_side="partner",
        steps_2_due_on="2026-12-24",
    )

    assert form.is_valid(), form.errors
    assert form.given() == {
        "help": "technical",
        "message": "A demo, please.",
        "person": PEOPLE[1],
        "roles": {"lead": "partner", "technical": "vendor"},
        "steps": [
            NextStep("vendor", "Show it", date(2026, 12, 1)),
            NextStep("partner", "Write the offer", date(2026, 12, 24)),
        ],
    }


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"help": ""}, "help", "This field is required."),
        ({"help": "money"}, "help", "Select a valid choice. money is not one of the available choices."),
        ({"message": ""}, "message", "This field is required."),
        ({"message": "a" * 2001}, "message", "Ensure this value has at most 2000 characters (it has 2001)."),
        ({"message": "\x07"}, "message", "Only plain text can be taken here."),
        ({"person": ""}, "person", "This field is required."),
        ({"person": "usr_c"}, "person", "Select a valid choice. usr_c is not one of the available choices."),
        ({"role_lead": ""}, "role_lead", "Say for at least one role which side takes it."),
        ({"role_lead": "rival"}, "role_lead", "Select a valid choice. rival is not one of the available choices."),
        ({"steps_1_text": "Show it", "steps_1_side": "vendor"}, "steps_1_due_on", "Say until when."),
        ({"steps_1_due_on": "soon"}, "steps_1_due_on", "Enter a valid date."),
        ({"steps_0_side": "both"}, "steps_0_side", "Select a valid choice. both is not one of the available choices."),
        ({"steps_0_text": "a" * 301}, "steps_0_text", "Ensure this value has at most 300 characters (it has 301)."),
    ],
)
def test_request_says_what_is_wrong_at_its_field(changes: dict[str, str], field: str, sentence: str) -> None:
    form = asking(**changes)

    assert not form.is_valid()
    assert form.errors[field][0] == sentence


def test_form_speaks_of_us_and_them() -> None:
    labels = {
        own: [str(label) for _value, label in AskCoSellForm(own=own, people=[]).fields["role_lead"].choices]  # type: ignore[attr-defined]
        for own in Party
    }
    values = [
        [value for value, _label in AskCoSellForm(own=own, people=[]).fields["role_lead"].choices]  # type: ignore[attr-defined]
        for own in Party
    ]

    assert labels == {own: ["Nobody", "We", "They"] for own in Party}
    assert values == [["", "partner", "vendor"], ["", "vendor", "partner"]]
    drawn = asking()
    assert [field.name for field in drawn.roles] == [f"role_{role}" for role in Role]
    assert [[field.name for field in row] for row in drawn.steps] == [
        [f"steps_{number}_{name}" for name in ("text", "side", "due_on")] for number in (0, 1, 2)
    ]


@pytest.mark.parametrize(
    ("form", "given", "valid"),
    [
        (DeclineCoSellForm, {"reason": "too_early", "text": ""}, True),
        (DeclineCoSellForm, {"reason": "", "text": "No."}, False),
        (DeclineCoSellForm, {"reason": "rival"}, False),
        (EndCoSellForm, {"result": "done"}, True),
        (EndCoSellForm, {"result": "won"}, False),
        (EndCoSellForm, {"result": "done", "text": "a" * 2001}, False),
    ],
)
def test_answers_are_of_closed_lists(form: Any, given: dict[str, str], valid: bool) -> None:
    assert form(given).is_valid() is valid


def test_next_step_begins_with_the_own_side() -> None:
    for own in Party:
        assert NextStepForm(own=own).fields["side"].initial == own.value
    form = NextStepForm({"text": "Show it", "side": "vendor", "due_on": "2026-12-01"}, own=Party.PARTNER)
    assert form.is_valid()
    assert form.cleaned_data == {"text": "Show it", "side": "vendor", "due_on": date(2026, 12, 1)}
