"""What the API of mapping takes and shows, and what its events tell whom; no database."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from rest_framework.serializers import BaseSerializer

from deals.mapping.api import ChosenIn, MapIn, MappedListOut, MappedRowOut, MapRowIn, OverlapOut, OwnAccountOut
from deals.mapping.models import MappedList, MappedRow
from partners.models import Account, Partner
from prm.accounts.models import Organisation, User
from prm.audit.kinds import KINDS

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ACME = {"name": "Acme"}


@pytest.mark.parametrize(
    ("into", "given", "field"),
    [
        (MapRowIn, {}, "name"),
        (MapRowIn, {"name": ""}, "name"),
        (MapRowIn, {"name": "a" * 251}, "name"),
        (MapRowIn, {"name": ["Acme"]}, "name"),
        (MapRowIn, {**ACME, "country": "DEU"}, "country"),
        (MapRowIn, {**ACME, "relation": "rival"}, "relation"),
        (MapRowIn, {**ACME, "contact": "a" * 121}, "contact"),
        (MapRowIn, {**ACME, "website": "a\nb"}, "website"),
        (MapIn, {"name": "Ours"}, "customers"),
        (MapIn, {"name": "Ours", "customers": "Acme"}, "customers"),
        (MapIn, {"customers": [ACME]}, "name"),
        (ChosenIn, {"all": "true"}, "all"),
        (ChosenIn, {"ids": ["x"] * 501}, "ids"),
        (ChosenIn, {"ids": [7]}, "ids"),
    ],
)
def test_bodies_are_refused_at_their_field(into: type[BaseSerializer[Any]], given: Any, field: str) -> None:
    read = into(data=given)

    assert not read.is_valid()
    assert list(read.errors) == [field]


def overlap(**changes: Any) -> MappedRow:
    organisation = Organisation(public_id="org_helix", kind="partner", name="Helix")
    given = MappedList(partner=Partner(organisation=organisation))
    account = Account(name="Acme Group", owner=User(name="Sam Seller"), **changes)
    return MappedRow(of=given, number=2, name="Acme", country="DE", relation="prospect", contact="Ina", account=account)


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, {"vendor_relation": "prospect", "vendor_owner": "Sam Seller"}),
        ({"customer_since": date(2020, 1, 1)}, {"vendor_relation": "customer"}),
    ],
)
def test_overlap_shows_both_sides(changes: dict[str, Any], shown: dict[str, Any]) -> None:
    told = OverlapOut(overlap(**changes)).data

    assert {name: told[name] for name in shown} == shown
    assert (told["partner"], told["partner_customer"], told["partner_contact"]) == ("org_helix", "Acme", "Ina")
    assert (told["vendor_customer"], told["relation"]) == ("Acme Group", "prospect")


def test_own_row_shows_nothing_of_the_other_side() -> None:
    """The customer that it is known as stands in the very same object."""
    row = overlap()

    assert set(MappedRowOut(row).data) == {"id", "row", "name", "country", "city", "relation", "contact", "shown"}
    assert "Group" not in str(MappedRowOut(row).data)
    assert MappedRowOut(row).data["shown"] is False
    row.shared_at = NOON
    assert MappedRowOut(row).data["shown"] is True


def test_list_shows_how_far_it_is_and_no_number_of_overlaps() -> None:
    made = MappedList(public_id="map_one", name="Ours", state="done", rows=9, created_at=NOON, finished_at=NOON)

    assert MappedListOut(made).data == {
        "id": "map_one",
        "name": "Ours",
        "state": "done",
        "rows": 9,
        "refused": 0,
        "created_at": "2026-11-23T12:00:00Z",
        "finished_at": "2026-11-23T12:00:00Z",
    }


def test_own_customer_shows_whether_it_is_shown() -> None:
    account = Account(public_id="acc_one", name="Acme", country="DE")
    account.is_shown = True  # type: ignore[attr-defined]

    assert OwnAccountOut(account).data == {"id": "acc_one", "name": "Acme", "country": "DE", "shown": True}


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("brought", ("rows",)),
        ("shown", ("count", "ids")),
        ("hidden", ("count", "ids")),
        ("deleted", ("rows",)),
        ("accounts_shown", None),
        ("accounts_hidden", None),
    ],
)
def test_events_tell_a_partner_of_its_own_side_alone(kind: str, fields: tuple[str, ...] | None) -> None:
    assert KINDS[f"mapping.{kind}"].partner == fields
