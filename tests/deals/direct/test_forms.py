"""What the forms of direct sales take, field by field, and what they hand to the verbs."""

from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from deals.cases.forms import CaseForm
from deals.direct.forms import AttachForm, CloseForm, OpportunityForm, TouchForm
from deals.direct.models import DirectOpportunity
from partners.merges.actions import merge
from prm.clocks.database import database_now
from tests.deals.direct.selling import opportunity, today
from tests.factories import Cast, make_account

LEAST = {"account": "CRM-7", "stage": "qualified", "currency": "EUR"}


def data_of(values: dict[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


@pytest.mark.parametrize(
    ("changed", "field", "value"),
    [
        ({}, "value", None),
        ({}, "currency", ""),
        ({}, "expected_close", None),
        ({}, "external_id", ""),
        ({"value": "1,200.50"}, "value", Decimal("1200.50")),
        ({"value": "1200"}, "currency", "EUR"),
        ({"value": "5"}, "value", Decimal(5)),
        ({"value": "5", "currency": "USD"}, "currency", "USD"),
        ({"expected_close": "2027-03-31"}, "stage", "qualified"),
        ({"external_id": " OPP-1 "}, "external_id", "OPP-1"),
    ],
)
def test_opportunity_is_read_as_it_was_meant(cast: Cast, changed: dict[str, Any], field: str, value: Any) -> None:
    make_account(external_id="CRM-7")
    form = OpportunityForm(data_of({**LEAST, **changed}), by=cast.seller)

    assert form.is_valid(), form.errors
    assert form.values()[field] == value


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"account": ""}, "account"),
        ({"account": "CRM-8"}, "account"),
        ({"stage": ""}, "stage"),
        ({"stage": "lost"}, "stage"),
        ({"value": "much"}, "value"),
        ({"currency": "XXX"}, "currency"),
        ({"expected_close": "soon"}, "expected_close"),
        ({"expected_close": "1999-01-01"}, "expected_close"),
        ({"products": ["nothing"]}, "products"),
        ({"external_id": "x" * 81}, "external_id"),
        ({"external_id": "a\u0000b"}, "external_id"),
    ],
)
def test_opportunity_that_cannot_be_read_is_refused(cast: Cast, changed: dict[str, Any], field: str) -> None:
    make_account(external_id="CRM-7")
    form = OpportunityForm(data_of({**LEAST, **changed}), by=cast.seller)

    assert not form.is_valid()
    assert field in form.errors


def test_customer_is_named_by_either_id_and_found_after_a_merge(cast: Cast) -> None:
    one = make_account("Brauerei Oberland", external_id="CRM-7", website="")
    into = make_account("Werft Nordsee", website="")
    for given in ("CRM-7", one.public_id):
        form = TouchForm({"account": given, "kind": "call", "on": today().isoformat()}, by=cast.seller)
        assert form.is_valid(), form.errors
        assert form.given()["account"] == one

    merge(account=one, into=into, by=cast.pam, now=database_now())

    for given in ("CRM-7", one.public_id, into.public_id):
        form = TouchForm({"account": given, "kind": "call", "on": today().isoformat()}, by=cast.seller)
        assert form.is_valid(), form.errors
        assert form.given()["account"] == into


def test_partner_finds_no_customer(cast: Cast) -> None:
    account = make_account()
    form = TouchForm({"account": account.public_id, "kind": "call", "on": today().isoformat()}, by=cast.helix.admin)

    assert list(form.errors) == ["account"]


def test_form_of_a_known_opportunity_shows_it_and_keeps_its_customer(cast: Cast) -> None:
    made = opportunity(make_account(), cast.seller, cast.products["telematics"], value=Decimal(5), currency="USD")

    form = OpportunityForm(by=cast.seller, opportunity=made)

    assert "account" not in form.fields
    assert form.initial == {
        "stage": "prospecting",
        "value": Decimal(5),
        "currency": "USD",
        "expected_close": None,
        "external_id": "",
        "products": ["telematics"],
    }


def test_every_partner_of_the_directory_can_be_attached(cast: Cast) -> None:
    form = AttachForm(by=cast.seller)
    expected = {
        "",
        cast.helix.organisation.public_id,
        cast.orbit.organisation.public_id,
    }

    assert {value for value, _label in form.fields["partner"].choices} == expected  # type: ignore[attr-defined]
    given = AttachForm({"partner": cast.orbit.organisation.public_id, "part": "referral"}, by=cast.seller)
    assert given.is_valid(), given.errors
    assert given.given() == {"partner": cast.orbit.partner, "part": "referral"}


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"stage": "lost", "closed_on": "2026-11-24"}, []),
        ({"stage": "won", "closed_on": "2026-11-24", "value": "5"}, []),
        ({"stage": "", "closed_on": "2026-11-24"}, ["stage"]),
        ({"stage": "proposal", "closed_on": "2026-11-24"}, ["stage"]),
        ({"stage": "lost", "closed_on": ""}, ["closed_on"]),
        ({"stage": "lost", "closed_on": "24.11."}, ["closed_on"]),
        ({"stage": "won", "closed_on": "2026-11-24", "value": "much"}, ["value"]),
    ],
)
def test_end_is_read_or_refused_at_its_field(db: None, values: dict[str, str], errors: list[str]) -> None:
    form = CloseForm(values, opportunity=DirectOpportunity(currency="EUR"), today=None)  # type: ignore[arg-type]

    assert list(form.errors) == errors


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"outcome": "attached"}, []),
        ({"outcome": "breach", "reason": "Why."}, []),
        ({"outcome": "permitted", "reason": "Why.", "message": "Sorry."}, []),
        ({"outcome": ""}, ["outcome"]),
        ({"outcome": "open"}, ["outcome"]),
        ({"outcome": "withdrawn"}, ["outcome"]),
        ({"outcome": "breach", "reason": "x" * 1001}, ["reason"]),
        ({"outcome": "breach", "message": "x" * 1001}, ["message"]),
    ],
)
def test_decision_is_read_or_refused_at_its_field(values: dict[str, str], errors: list[str]) -> None:
    assert list(CaseForm(values).errors) == errors
