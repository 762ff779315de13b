"""What a deal would earn, shown while somebody types."""

from decimal import Decimal

import pytest
from django.test import Client

from prm.clocks.database import database_now
from tests.deals.portal.conftest import Login
from tests.deals.portal.doing import only, post
from tests.deals.portal.reading import text
from tests.factories import Cast


@pytest.fixture
def rep(cast: Cast, login: Login) -> Client:
    return login(cast.helix.rep)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"value": "86400", "motion": "managed", "engagement": "independent"}, "€17,280 20% of €86,400, independent"),
        ({"value": "86400", "motion": "resale", "engagement": "shared"}, "€10,368 12% of €86,400, shared"),
        ({"value": "86400", "motion": "referral"}, "€8,640 10% of €86,400, referral Frozen"),
        ({"value": "86400", "motion": "influence"}, "€2,592 3% of €86,400, influence Frozen"),
        (
            {"value": "1000", "motion": "resale", "engagement": "assisted", "opportunity": "renewal"},
            "€20 2% of €1,000, assisted · renewal",
        ),
        ({"value": "1000", "currency": "USD", "engagement": "shared"}, "US$120 12% of US$1,000, shared"),
        ({}, "Type the value, and you see here what this deal brings you."),
        ({"value": "a lot", "engagement": "shared"}, "Type the value, and you see here"),
        ({"value": "1000"}, "It depends on your part in the deal. Assisted (4%) €40 Shared (12%) €120"),
        ({"value": "1000", "motion": "theft", "currency": "XXX"}, "Type the value"),
    ],
)
def test_earnings_are_shown_while_somebody_types(rep: Client, given: dict[str, str], said: str) -> None:
    response = rep.get("/deals/earnings/", given, headers={"HX-Request": "true"})

    assert response.status_code == 200
    assert text(response).startswith("What you would earn " + said)


def test_earnings_are_not_for_those_who_do_not_register(cast: Cast, login: Login) -> None:
    assert login(cast.pam).get("/deals/earnings/").status_code == 403


def test_amounts_are_read_the_way_the_person_writes_them(cast: Cast, login: Login) -> None:
    cast.helix.rep.locale = "de"
    cast.helix.rep.save()

    post(login(cast.helix.rep), value="86.400")

    assert only().value == Decimal("86400.00")


def test_place_in_line_is_taken_at_the_moment_of_registering(rep: Client) -> None:
    before = database_now()
    post(rep)

    assert before <= (only().priority_at or before) <= database_now()
