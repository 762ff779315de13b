"""What the API of selling together takes and shows, and what its events tell; no database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer

from deals.cosell.api import (
    AcceptCoSellIn,
    CoSellOut,
    CoSellPersonOut,
    CoSellRoleIn,
    CoSellStepIn,
    CoSellStepOut,
    DeclineCoSellIn,
    EndCoSellIn,
    StepDoneIn,
)
from deals.cosell.models import LONGEST_MESSAGE, LONGEST_STEP, CoSell, CoSellStep
from deals.registrations.models import Registration
from partners.models import Partner
from prm.accounts.models import Organisation, User
from prm.audit.kinds import KINDS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STEP = {"side": "vendor", "text": "Show it", "due_on": "2026-12-01"}


@pytest.mark.parametrize(
    ("into", "given", "expected"),
    [
        (CoSellStepIn, STEP, {"side": "vendor", "text": "Show it", "due_on": date(2026, 12, 1)}),
        (CoSellStepIn, {**STEP, "text": "  Show it "}, {**STEP, "due_on": date(2026, 12, 1)}),
        (CoSellRoleIn, {"role": "lead", "side": "partner"}, {"role": "lead", "side": "partner"}),
        (DeclineCoSellIn, {"reason": "too_early"}, {"reason": "too_early", "text": ""}),
        (DeclineCoSellIn, {"reason": "other", "text": "No.\nReally."}, {"reason": "other", "text": "No.\nReally."}),
        (AcceptCoSellIn, {}, {"text": ""}),
        (AcceptCoSellIn, {"text": "Gladly."}, {"text": "Gladly."}),
        (EndCoSellIn, {"result": "stopped"}, {"result": "stopped", "text": ""}),
        (StepDoneIn, {"step": "cst_x"}, {"step": "cst_x"}),
    ],
)
def test_bodies_are_read(into: type[BaseSerializer[Any]], given: dict[str, Any], expected: dict[str, Any]) -> None:
    read = into(data=given)

    assert read.is_valid(), read.errors
    assert dict(read.validated_data) == expected


@pytest.mark.parametrize(
    ("into", "given", "field"),
    [
        (CoSellStepIn, {**STEP, "side": "rival"}, "side"),
        (CoSellStepIn, {**STEP, "side": None}, "side"),
        (CoSellStepIn, {**STEP, "text": ""}, "text"),
        (CoSellStepIn, {**STEP, "text": "two\nlines"}, "text"),
        (CoSellStepIn, {**STEP, "text": "a" * (LONGEST_STEP + 1)}, "text"),
        (CoSellStepIn, {**STEP, "due_on": "1.12.2026"}, "due_on"),
        (CoSellStepIn, {**STEP, "due_on": "1999-12-31"}, "due_on"),
        (CoSellStepIn, {**STEP, "due_on": "2026-02-30"}, "due_on"),
        (CoSellStepIn, {"side": "vendor", "due_on": "2026-12-01"}, "text"),
        (CoSellRoleIn, {"role": "king", "side": "partner"}, "role"),
        (CoSellRoleIn, {"role": "lead"}, "side"),
        (DeclineCoSellIn, {}, "reason"),
        (DeclineCoSellIn, {"reason": "rival"}, "reason"),
        (DeclineCoSellIn, {"reason": "other", "text": "a" * (LONGEST_MESSAGE + 1)}, "text"),
        (DeclineCoSellIn, {"reason": "other", "text": "\x00"}, "text"),
        (AcceptCoSellIn, {"text": 7}, "text"),
        (EndCoSellIn, {"result": "won"}, "result"),
        (EndCoSellIn, {"result": "lost"}, "result"),
        (EndCoSellIn, {"result": "deal_ended"}, "result"),
        (StepDoneIn, {}, "step"),
        (StepDoneIn, {"step": ["cst_x"]}, "step"),
        (StepDoneIn, {"step": "x" * 41}, "step"),
    ],
)
def test_bodies_are_refused_at_their_field(into: type[BaseSerializer[Any]], given: Any, field: str) -> None:
    read = into(data=given)

    assert not read.is_valid()
    assert list(read.errors) == [field]


def co_sell(**changes: Any) -> CoSell:
    organisation = Organisation(public_id="org_helix", kind="partner", name="Helix")
    deal = Registration(public_id="deal_one", partner=Partner(organisation=organisation))
    values = {"asked_side": "vendor", "state": "asked", "help": "executive", "message": "Please.", "asked_at": NOON}
    made = CoSell(registration=deal, due_at=NOON, **{**values, **changes})
    made.pk = 1
    made._prefetched_objects_cache = {"steps": CoSellStep.objects.none()}  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, {"state": "asked", "waits_for": "partner", "asked_by": "vendor", "roles": []}),
        ({"asked_side": "partner"}, {"waits_for": "vendor", "asked_by": "partner"}),
        ({"state": "active", "answered_at": NOON}, {"waits_for": None, "answered_at": "2026-11-23T12:00:00Z"}),
        ({"state": "declined", "reason": "not_ours"}, {"reason": "not_ours", "waits_for": None}),
        ({"state": "ended", "result": "won", "ended_at": NOON}, {"result": "won", "ended_at": "2026-11-23T12:00:00Z"}),
        ({"vendor_roles": ["executive"]}, {"roles": [{"role": "executive", "side": "vendor"}]}),
        (
            {"partner_roles": ["delivery", "lead"], "vendor_roles": ["technical"]},
            {
                "roles": [
                    {"role": "delivery", "side": "partner"},
                    {"role": "lead", "side": "partner"},
                    {"role": "technical", "side": "vendor"},
                ]
            },
        ),
    ],
)
def test_co_sell_is_shown_as_it_is(changes: dict[str, Any], shown: dict[str, Any]) -> None:
    told = CoSellOut(co_sell(**changes)).data

    assert {name: told[name] for name in shown} == shown
    assert (told["deal"], told["partner"]) == ("deal_one", "org_helix")
    assert (told["partner_person"], told["vendor_person"], told["steps"]) == (None, None, [])


def test_people_and_steps_are_shown_without_addresses() -> None:
    person = User(public_id="usr_sam", name="Sam Seller", email="sam@vendor.example")
    row = CoSellStep(public_id="cst_one", side="vendor", text="Show it", due_at=NOON)

    assert CoSellPersonOut(person).data == {"id": "usr_sam", "name": "Sam Seller"}
    assert CoSellStepOut(row).data == {
        "id": "cst_one",
        "side": "vendor",
        "text": "Show it",
        "due_at": "2026-11-23T12:00:00Z",
        "done_at": None,
    }


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("asked", ("co_sell", "due_at")),
        ("accepted", ("co_sell",)),
        ("declined", ("co_sell",)),
        ("withdrawn", ("co_sell",)),
        ("handed_over", ("co_sell",)),
        ("step_added", ("co_sell", "step", "due_at")),
        ("step_done", ("co_sell", "step")),
        ("ended", ("co_sell", "result")),
    ],
)
def test_partner_reads_ids_dates_and_codes_of_events(kind: str, fields: tuple[str, ...]) -> None:
    found = KINDS[f"deal.co_sell_{kind}"]

    assert (found.for_partners, found.partner) == (True, fields)
    assert found.shown({"co_sell": "csl_x", "secret": "x"}, whole=False) == {"co_sell": "csl_x"}
