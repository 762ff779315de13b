"""What the files of direct sales hold, cell by cell, for each reader."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.http import Http404, QueryDict

from deals.cases.actions import decide_case
from deals.cases.listing import LISTING as CASES
from deals.direct.actions import attach_partner, close_opportunity, withdraw_touch
from deals.direct.listing import LISTING as OPPORTUNITIES
from deals.direct.listing import TOUCHED as TOUCHES
from deals.uplift.listing import LISTING as UPLIFT
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.portal.listings import Listing
from tests.deals.direct.selling import account_of, case_at, opportunity, protected, today, touch
from tests.factories import Cast, make_account


def named(value: object) -> str:
    """The same in every process, unlike the address of a function."""
    return value.name if isinstance(value, Listing) else str(value)


def file_of(listing: Listing, reader: User, query: str = "") -> list[dict[str, Any]]:
    rows = listing.cells(listing.found(reader, QueryDict(query)), reader)
    return [dict(zip(listing.header, row, strict=True)) for row in rows]


def test_open_opportunity_is_written(cast: Cast) -> None:
    account = make_account("Brauerei Oberland")
    products = [cast.products["fleet-cloud"], cast.products["telematics"]]
    made = opportunity(account, cast.seller, *products, value=Decimal(5), currency="EUR", external_id="OPP-1")

    (row,) = file_of(OPPORTUNITIES, cast.seller)

    assert sorted(row.pop("Products").split(", ")) == ["Fleet Cloud", "Telematics"]
    assert row == {
        "Opportunity": made.public_id,
        "Customer": "Brauerei Oberland",
        "Seller": cast.seller.name,
        "Stage": "Prospecting",
        "Value": Decimal(5),
        "Currency": "EUR",
        "Expected close": None,
        "Partner": "",
        "Part": "",
        "Closed on": None,
        "Uplift": None,
        "Entered at": made.created_at,
        "Own CRM id": "OPP-1",
    }


def test_won_opportunity_is_written_with_its_partner_and_uplift(cast: Cast) -> None:
    now = database_now()
    made = opportunity(make_account(), cast.seller, value=Decimal(1000), currency="EUR")
    attach_partner(opportunity=made, partner=cast.orbit.partner, part="referral", by=cast.seller, now=now)
    close_opportunity(opportunity=made, stage="won", closed_on=today(), by=cast.seller, now=now)

    (row,) = file_of(OPPORTUNITIES, cast.pam)

    assert row["Stage"] == "Won"
    assert row["Partner"] == "Orbit Solutions"
    assert row["Part"] == "Brought it"
    assert row["Closed on"] == today()
    assert row["Uplift"] == Decimal("20.00")
    assert file_of(UPLIFT, cast.seller) == [
        {
            "Seller": cast.seller.name,
            "Currency": "EUR",
            "Deals with a partner": 1,
            "Value with a partner": Decimal(1000),
            "Deals without": 0,
            "Value without": Decimal(0),
            "Uplift": Decimal("20.00"),
        }
    ]


def test_touch_is_written_with_when_it_was_taken_back(cast: Cast) -> None:
    account = make_account("Werft Nordsee")
    noted = touch(account, cast.seller, kind="meeting", note="At the fair", external_id="ACT-1")
    now = database_now()
    withdraw_touch(touch=noted, by=cast.seller, now=now)

    assert file_of(TOUCHES, cast.pam) == [
        {
            "Touch": noted.public_id,
            "Customer": "Werft Nordsee",
            "Seller": cast.seller.name,
            "Kind": "Meeting",
            "Day": today(),
            "Note": "At the fair",
            "Taken back at": now,
            "Entered at": noted.created_at,
            "Own CRM id": "ACT-1",
        }
    ]


def test_case_is_written_for_the_house_with_its_registration(cast: Cast) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)
    now = database_now()
    decide_case(case=case, outcome="breach", reason="Nobody was asked.", by=cast.pam, now=now)

    (row,) = file_of(CASES, cast.executive)

    assert row == {
        "Case": case.public_id,
        "Customer": account_of(deal).name,
        "Seller": cast.seller.name,
        "Occasion": f"Call {today()}",
        "Opened at": case.opened_at,
        "Protected until": deal.protected_until,
        "Due": case.due_at,
        "State": "Breach of the protection",
        "Decided at": now,
        "Reason": "Nobody was asked.",
        "Registration": deal.reference,
        "Partner": "Helix Systems",
    }


@pytest.mark.parametrize(
    ("outcome", "partner"),
    [
        ("", ""),
        ("permitted", ""),
        ("breach", ""),
        ("attached", "Helix Systems"),
    ],
)
def test_case_is_written_for_the_seller_without_whose_customer_it_is(cast: Cast, outcome: str, partner: str) -> None:
    deal = protected(cast)
    case = case_at(deal, cast.seller)
    if outcome:
        decide_case(case=case, outcome=outcome, reason="Said why.", by=cast.pam, now=database_now())

    (row,) = file_of(CASES, cast.seller)

    assert row["Partner"] == partner
    assert row["Registration"] == (deal.reference if partner else "")
    assert row["Protected until"] == deal.protected_until


@pytest.mark.parametrize(
    ("listing", "query", "found"),
    [
        (OPPORTUNITIES, "", 2),
        (OPPORTUNITIES, "q=brau", 1),
        (OPPORTUNITIES, "q=nobody", 0),
        (OPPORTUNITIES, "stage=open", 1),
        (OPPORTUNITIES, "stage=lost", 1),
        (OPPORTUNITIES, "stage=won", 0),
        (OPPORTUNITIES, "partner=with", 1),
        (OPPORTUNITIES, "partner=without", 1),
        (OPPORTUNITIES, "partner=without&stage=open", 0),
        (TOUCHES, "", 3),
        (TOUCHES, "kind=mail", 1),
        (TOUCHES, "q=müller", 1),
        (CASES, "", 1),
        (CASES, "state=open", 1),
        (CASES, "state=attached", 0),
    ],
    ids=named,
)
def test_file_holds_what_the_list_is_narrowed_to(cast: Cast, listing: Listing, query: str, found: int) -> None:
    now = database_now()
    one, other = make_account("Brauerei Oberland"), make_account("Werft Nordsee")
    kept, ended = opportunity(one, cast.seller), opportunity(other, cast.seller)
    attach_partner(opportunity=kept, partner=cast.orbit.partner, by=cast.seller, now=now)
    close_opportunity(opportunity=ended, stage="lost", closed_on=today(), by=cast.seller, now=now)
    touch(one, cast.seller, kind="mail")
    touch(other, cast.seller)
    case_at(protected(cast), cast.seller)

    assert len(file_of(listing, cast.pam, query)) == found


@pytest.mark.parametrize(
    ("listing", "query"),
    [
        (OPPORTUNITIES, "stage=dreaming"),
        (OPPORTUNITIES, "partner=some"),
        (TOUCHES, "kind=dream"),
        (CASES, "state=dreaming"),
        (UPLIFT, "period=2026Q5"),
    ],
    ids=named,
)
def test_nonsense_in_the_address_is_no_list(cast: Cast, listing: Listing, query: str) -> None:
    with pytest.raises(Http404):
        listing.found(cast.admin, QueryDict(query))


@pytest.mark.parametrize("listing", [OPPORTUNITIES, TOUCHES, CASES, UPLIFT], ids=lambda listing: listing.name)
def test_partner_finds_nothing_in_any_of_them(cast: Cast, listing: Listing) -> None:
    case_at(protected(cast), cast.seller)
    opportunity(make_account(), cast.seller)

    for reader in (cast.helix.admin, cast.helix.rep, cast.orbit.admin):
        assert not listing.is_open_to(reader)
        assert file_of(listing, reader) == []


@pytest.mark.parametrize("make", [opportunity, touch])
def test_former_seller_leaves_no_name(cast: Cast, make: Callable[..., Any]) -> None:
    made = make(make_account(), cast.seller)
    type(made).objects.update(seller=None)
    listing = OPPORTUNITIES if make is opportunity else TOUCHES

    (row,) = file_of(listing, cast.pam)

    assert row["Seller"] == ""
