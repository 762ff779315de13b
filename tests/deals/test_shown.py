"""What the API shows of a deal is written by hand; the declared fields say the same, and are the schema."""

from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from deals.registrations.models import Registration
from deals.registrations.shown import DealOut
from prm.accounts.models import User
from prm.clocks.database import database_now
from tests.factories import Cast, make_approved, make_asked, make_draft, make_registration

pytestmark = pytest.mark.django_db
VENDOR_ALONE = {"account", "override_reason"}


def declared(deal: Registration, names: set[str]) -> dict[str, Any]:
    """The same by the declared fields, one by one."""
    found = {name: (field, field.get_attribute(deal)) for name, field in DealOut().fields.items() if name in names}
    return {name: None if value is None else field.to_representation(value) for name, (field, value) in found.items()}


def by_hand(deal: Registration, user: User) -> dict[str, Any]:
    return DealOut(context={"request": Mock(user=user)}).to_representation(deal)


def read(deal: Registration) -> Registration:
    return Registration.objects.with_nouns().get(pk=deal.pk)


def plain(value: Any) -> Any:
    """Nested answers compare as plain containers."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("field", ["value", "won_value", "recurring", "question", "decision"])
def test_declared_field_that_may_be_missing_allows_null(field: str) -> None:
    assert DealOut().fields[field].allow_null


def test_draft_is_shown_as_declared(cast: Cast) -> None:
    deal = read(make_draft(cast.helix, value=None, currency=""))

    shown = by_hand(deal, cast.helix.rep)

    assert set(shown) == set(DealOut().fields) - VENDOR_ALONE
    assert (shown["value"], shown["recurring"], shown["question"], shown["decision"]) == (None, None, None, None)


def test_asked_deal_is_shown_as_declared(cast: Cast) -> None:
    recurring = {"recurring_amount": Decimal("120.00"), "recurring_per": "month", "recurring_months": 24}
    deal = read(make_asked(cast.helix, own_services=[{"name": "Rollout", "value": "900.00"}], **recurring))

    shown = by_hand(deal, cast.helix.rep)

    # What is made of several columns is looked at below.
    names = set(shown) - {"decision", "question", "value", "won_value", "refunded", "recurring"}
    assert {name: shown[name] for name in names} == plain(declared(deal, names))
    assert set(shown["question"]) == {"message", "fields", "answer_due_at"}
    assert shown["value"] == {"amount": "86400.00", "currency": "EUR"}
    assert shown["recurring"] == {"amount": {"amount": "120.00", "currency": "EUR"}, "per": "month", "months": 24}


def test_approved_deal_is_shown_to_the_vendor_with_its_account(cast: Cast) -> None:
    deal = read(make_approved(cast.helix))
    assert deal.account is not None

    shown = by_hand(deal, cast.pam)

    assert set(shown) == set(DealOut().fields)
    assert (shown["account"], shown["override_reason"]) == (deal.account.public_id, "")
    assert shown["decision"]["outcome"] == "exclusive"
    assert shown["products"] == [{"product": "fleet-cloud", "name": "Fleet Cloud", "quantity": 1, "approved": True}]


def test_moments_are_utc_and_days_are_days(cast: Cast) -> None:
    deal = read(make_registration(cast.helix))
    assert deal.priority_at is not None

    shown = by_hand(deal, cast.helix.rep)

    assert shown["priority_at"] == deal.priority_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert shown["expected_close"] == str(deal.expected_close)
    assert shown["created_at"] < database_now().isoformat()
