import pytest
from django.test import Client

from prm.accounts.models import Organisation, User
from prm.accounts.roles import ROLES
from tests.api.conftest import API, bearer, person

pytestmark = pytest.mark.django_db


def test_me_names_person_roles_organisation_and_permissions(as_admin: Client, admin: User, helix: Organisation) -> None:
    assert as_admin.get(f"{API}/me").json() == {
        "user": {
            "id": admin.public_id,
            "email": "partner_admin@helix.example",
            "name": "partner_admin",
            "time_zone": "",
        },
        "roles": ["partner_admin"],
        "organisation": {"id": helix.public_id, "name": "Helix"},
        "permissions": sorted(ROLES["partner_admin"].permissions),
    }


@pytest.mark.parametrize("slug", sorted(ROLES))
def test_me_answers_every_role(slug: str, vendor: Organisation, helix: Organisation) -> None:
    user = person(vendor if ROLES[slug].side == "vendor" else helix, slug)
    shown = bearer(user).get(f"{API}/me").json()
    assert (shown["roles"], shown["permissions"]) == ([slug], sorted(ROLES[slug].permissions))


def test_me_is_for_those_who_are_known() -> None:
    assert Client().get(f"{API}/me").status_code == 401
