"""What the API leaves out for some of those whom it answers."""

import json

import pytest

from tests.access.test_api_roles import address, person
from tests.access.world import World

pytestmark = pytest.mark.django_db


def test_own_fields_are_absent_not_null(world: World) -> None:
    url = address(world, "deals/submitted")
    partner = person(world, "rep").get(url).json()
    vendor = person(world, "pam").get(url).json()

    assert set(vendor) - set(partner) == {"account", "override_reason"}


def test_seller_reads_of_others_customers_only_who_and_where(world: World) -> None:
    foreign = world.helix.approved.account
    assert foreign is not None
    seen = person(world, "seller").get(f"/api/v1/accounts/{foreign.public_id}").json()

    assert set(seen) == {"id", "name", "country", "city"}


def test_seller_cannot_change_others_customers(world: World) -> None:
    foreign = world.helix.approved.account
    assert foreign is not None
    url = f"/api/v1/accounts/{foreign.public_id}"
    answer = person(world, "seller").patch(url, json.dumps({"city": "Bremen"}), content_type="application/json")

    assert answer.status_code == 403
