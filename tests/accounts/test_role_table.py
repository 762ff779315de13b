"""The table of roles, written down a second time by hand: each role, each permission."""

from itertools import combinations

import pytest

from prm.accounts.models import Invitation, Membership, Organisation, User
from prm.accounts.policies import can_change_member, can_invite, can_revoke
from prm.accounts.roles import ROLES, Permission, Side, permissions_of, roles_of
from prm.clocks.database import database_now
from prm.portal.navigation import NAVIGATION
from tests.factories import Cast, make_user

COLUMNS = (
    *("partner_admin", "sales_rep", "presales_engineer", "support", "marketing"),
    *("pam", "direct_seller", "expert", "programme_admin", "finance", "executive"),
)
# One letter for each role, in the order above; a dot where the role may not.
TABLE = {
    "deals.register": "xx... ......",
    "deals.manage_organisation": "x.... ......",
    "deals.read_organisation": "xx..x ......",
    "deals.read_shared": "..xx. ......",
    "deals.read_all": "..... x..x.x",
    "deals.read_won": "..... ....x.",
    "deals.decide": "..... x.....",
    "deals.override": "..... ...x..",
    "accounts.read": "..... xx.x.x",
    "accounts.read_all": "..... x..x.x",
    "accounts.write_own": "..... .x....",
    "accounts.write_all": "..... ...x..",
    "accounts.merge": "..... x..x..",
    "direct.sell": "..... .x....",
    "direct.read_all": "..... x..x.x",
    "direct.write_all": "..... ...x..",
    "lists.assess": "..... x..x..",
    "leads.enter": "..... xx.x..",
    "leads.read_all": "..... x..x.x",
    "leads.manage_all": "..... ...x..",
    "earnings.read_own": ".x... ......",
    "earnings.read_organisation": "x.... ......",
    "earnings.read_assigned": "..... x.....",
    "earnings.read_all": "..... ...xxx",
    "earnings.refund": "..... x...x.",
    "payee.manage": "x.... ......",
    "payments.read": "..... ...xxx",
    "payments.run": "..... ....x.",
    "payments.approve": "..... ...x..",
    "rates.manage": "..... ...xx.",
    "partners.directory": "..... xx.xxx",
    "partners.read": "..... x..xxx",
    "partners.write_assigned": "..... x.....",
    "partners.write_all": "..... ...x..",
    "people.invite_organisation": "x.... ......",
    "people.manage_all": "..... ...x..",
    "filters.share": "x.... x..x..",
    "library.write": "..... ...x..",
    "events.read_organisation": "xx... ......",
    "events.read_all": "..... x..x.x",
    "events.export": "..... ...x..",
    "metrics.read_organisation": "xx... ......",
    "metrics.read_all": "..... x..x.x",
    "rules.read": "xxxxx xxxxxx",
    "rules.acknowledge": "x.... ......",
    "policies.manage": "..... ...x..",
    "matching.quality": "..... x..x.x",
    "branding.manage": "..... ...x..",
    "announcements.write": "..... ...x..",
    "operations": "..... ...x..",
}
MAY = {
    (permission, role): mark == "x"
    for permission, marks in TABLE.items()
    for role, mark in zip(COLUMNS, marks.replace(" ", ""), strict=True)
}


def test_table_is_complete() -> None:
    assert set(TABLE) == set(Permission)
    assert set(COLUMNS) == set(ROLES)


@pytest.mark.parametrize("role", COLUMNS)
def test_role_grants_what_the_table_says(role: str) -> None:
    expected = {permission for permission in Permission if MAY[permission, role]}

    assert permissions_of([role]) == ROLES[role].permissions == expected


@pytest.mark.parametrize("role", COLUMNS)
def test_role_is_known_by_its_name_and_explains_itself(role: str) -> None:
    found = ROLES[role]

    assert (found.slug, found.side) == (role, Side.PARTNER if role in COLUMNS[:5] else Side.VENDOR)
    assert str(found.title) != ""
    assert str(found.description).endswith(".")


@pytest.mark.parametrize("side", list(Side))
def test_sides_share_no_right_over_others(side: Side) -> None:
    """What is decided at the vendor, no partner may; what belongs to a partner's organisation, no vendor may."""
    granted = [permissions_of([role.slug for role in roles_of(each)]) for each in (side, *(set(Side) - {side}))]

    # Views are shared within the own organisation alone.
    assert granted[0] & granted[1] == {Permission.RULES_READ, Permission.FILTERS_SHARE}


@pytest.mark.parametrize(("one", "other"), list(combinations(COLUMNS, 2)))
def test_roles_add_up(one: str, other: str) -> None:
    assert (
        permissions_of([one, other]) == permissions_of([other, one]) == permissions_of([one]) | permissions_of([other])
    )


@pytest.mark.parametrize("slugs", [[], ["nobody"], ["Partner_Admin"], [""], ["partner_admin "]])
def test_unknown_role_grants_nothing(slugs: list[str]) -> None:
    assert permissions_of(slugs) == frozenset()


def test_no_role_grants_everything() -> None:
    assert [slug for slug, role in ROLES.items() if role.permissions == set(Permission)] == []
    assert {permission for role in ROLES.values() for permission in role.permissions} == set(Permission)


@pytest.fixture
def people(cast: Cast) -> dict[str, User]:
    """One person for each role; those of partners are all of Helix."""
    helix = cast.helix.organisation
    return {
        "partner_admin": cast.helix.admin,
        "sales_rep": cast.helix.rep,
        "presales_engineer": cast.helix.engineer,
        "marketing": cast.helix.marketing,
        "support": make_user("support@helix.example", helix, "support"),
        "pam": cast.pam,
        "direct_seller": cast.seller,
        "expert": cast.expert,
        "programme_admin": cast.admin,
        "finance": cast.finance,
        "executive": cast.executive,
    }


def test_person_may_what_the_role_grants(people: dict[str, User]) -> None:
    found = {(p.value, role): person.may(p) for role, person in people.items() for p in Permission}

    assert found == MAY


def test_person_without_a_present_membership_may_nothing(people: dict[str, User]) -> None:
    Membership.objects.update(ended_at=database_now())
    fresh = [User.objects.get(pk=person.pk) for person in people.values()]

    assert [person for person in fresh if person.granted] == []
    assert {(person.organisation, person.is_vendor, person.is_partner) for person in fresh} == {(None, False, False)}


def test_closed_login_may_nothing(people: dict[str, User]) -> None:
    User.objects.update(is_active=False)

    assert [role for role, person in people.items() if User.objects.get(pk=person.pk).granted] == []


# Where somebody may invite: "h" the own Helix, "o" the rival Orbit, "v" the vendor.
@pytest.mark.parametrize("role", COLUMNS)
def test_people_are_managed_by_two_roles_alone(cast: Cast, people: dict[str, User], role: str) -> None:
    places = {"h": cast.helix.organisation, "o": cast.orbit.organisation, "v": cast.vendor}
    expected = {"partner_admin": "h", "programme_admin": "hov"}.get(role, "")
    person, now = people[role], database_now()

    assert "".join(letter for letter, place in places.items() if can_invite(person, place)) == expected
    assert "".join(letter for letter, place in places.items() if can_revoke(person, invitation(place, now))) == expected


def invitation(organisation: Organisation, now: object) -> Invitation:
    return Invitation(organisation=organisation, email="x@x.example", roles=["x"], created_at=now, expires_at=now)


@pytest.mark.parametrize("role", COLUMNS)
def test_nobody_manages_the_own_membership(people: dict[str, User], role: str) -> None:
    membership = people[role].membership
    assert membership is not None

    assert can_change_member(people[role], membership) is False


@pytest.mark.parametrize("role", COLUMNS)
def test_members_are_managed_where_one_may_invite(cast: Cast, people: dict[str, User], role: str) -> None:
    members = {"h": cast.helix.rep, "o": cast.orbit.rep, "v": cast.pam2}
    expected = {"partner_admin": "h", "programme_admin": "hov"}.get(role, "")
    allowed = [letter for letter, who in members.items() if can_change_member(people[role], who.membership)]  # type: ignore[arg-type]

    assert "".join(allowed) == expected


SIGHT = {"partner_admin": "h", "sales_rep": "h", "presales_engineer": "h", "support": "h", "marketing": "h"}


@pytest.mark.parametrize("role", COLUMNS)
def test_organisations_are_seen_by_side(cast: Cast, people: dict[str, User], role: str) -> None:
    letters = {cast.helix.organisation.pk: "h", cast.orbit.organisation.pk: "o", cast.vendor.pk: "v"}
    seen = "".join(sorted(letters[o.pk] for o in Organisation.objects.visible_to(people[role])))

    assert seen == SIGHT.get(role, "hov")


@pytest.mark.parametrize("role", COLUMNS)
def test_navigation_offers_nothing_without_the_right(people: dict[str, User], role: str) -> None:
    person = people[role]
    offered = [item for item in NAVIGATION if item.is_for(person)]
    out_of_reach = [item for item in offered if item.permissions and not item.permissions & person.granted]

    assert out_of_reach == []
    assert {ROLES[role].side in item.sides for item in offered} == {True}
