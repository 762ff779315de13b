"""Who sees which registration, and who may do what with it: the table of roles, row by row."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from deals.decisions import actions as decisions
from deals.registrations import actions, policies
from deals.registrations.models import Registration
from deals.sockets import search, subjects
from partners.models import Account
from prm.accounts.models import Membership, User
from prm.clocks.database import database_now
from tests.factories import Cast, join, make_approved, make_asked, make_draft, make_registration, make_user

EVERYBODY = (
    *("pam", "pam2", "admin", "seller", "expert", "finance", "executive"),
    *("helix.admin", "helix.rep", "helix.engineer", "helix.marketing", "orbit.admin", "orbit.rep"),
)


def person(cast: Cast, path: str) -> User:
    found: object = cast
    for name in path.split("."):
        found = getattr(found, name)
    assert isinstance(found, User)
    return found


def seeing(cast: Cast, registration: Registration) -> set[str]:
    return {
        path
        for path in EVERYBODY
        if Registration.objects.visible_to(person(cast, path)).filter(pk=registration.pk).exists()
    }


HELIX = {"helix.admin", "helix.rep", "helix.marketing"}
READ_ALL = {"pam", "pam2", "admin", "executive"}


def test_draft_is_the_partners_alone(cast: Cast) -> None:
    assert seeing(cast, make_draft(cast.helix)) == HELIX


@pytest.mark.parametrize("make", [make_registration, make_asked, make_approved])
def test_registration_is_read_by_the_organisation_and_those_who_read_all(
    cast: Cast, make: Callable[..., Registration]
) -> None:
    assert seeing(cast, make(cast.helix)) == HELIX | READ_ALL


def test_won_deal_is_read_by_finance_too(cast: Cast) -> None:
    now = database_now()
    won = actions.win(
        registration=make_approved(cast.helix),
        closed_on=now.date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=now,
    )

    assert seeing(cast, won) == HELIX | READ_ALL | {"finance"}


def test_seller_reads_what_lies_on_an_own_account(cast: Cast) -> None:
    approved = make_approved(cast.helix)
    Account.objects.filter(pk=approved.account_id).update(owner=cast.seller)

    assert seeing(cast, approved) == HELIX | READ_ALL | {"seller"}


def test_shared_registration_is_read_by_that_colleague(cast: Cast) -> None:
    shared = make_registration(cast.helix)
    actions.share(registration=shared, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())

    assert seeing(cast, shared) == HELIX | READ_ALL | {"helix.engineer"}


def test_share_ends_with_the_membership(cast: Cast) -> None:
    """The colleague moved to the rival: the old share opens nothing."""
    shared = make_registration(cast.helix)
    actions.share(registration=shared, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    Membership.objects.filter(user=cast.helix.engineer).update(ended_at=database_now())
    moved = User.objects.get(pk=cast.helix.engineer.pk)
    join(moved, cast.orbit.organisation, "presales_engineer", "sales_rep")

    assert not Registration.objects.visible_to(User.objects.get(pk=moved.pk)).exists()


@pytest.mark.parametrize("roles", [("expert",), ("direct_seller",), ("finance",)])
def test_staff_without_a_part_in_it_read_nothing(cast: Cast, roles: tuple[str, ...]) -> None:
    make_registration(cast.helix)
    somebody = make_user("somebody@vendor.example", cast.vendor, *roles)

    assert not Registration.objects.visible_to(somebody).exists()


def test_nobody_and_strangers_read_nothing(cast: Cast) -> None:
    make_registration(cast.helix)
    stranger = make_user("stranger@nowhere.example", None)

    assert not Registration.objects.visible_to(AnonymousUser()).exists()
    assert not Registration.objects.visible_to(stranger).exists()


def test_deactivated_colleague_reads_nothing(cast: Cast) -> None:
    make_registration(cast.helix)
    User.objects.filter(pk=cast.helix.rep.pk).update(is_active=False)

    assert not Registration.objects.visible_to(User.objects.get(pk=cast.helix.rep.pk)).exists()


RIGHTS: list[tuple[str, Callable[[User, Registration], bool], set[str]]] = [
    ("acts for the partner", policies.can_act_for_partner, {"helix.admin", "helix.rep"}),
    ("decides", policies.can_decide, {"pam", "admin"}),
    ("is assigned", policies.is_assigned, {"pam"}),
    ("belongs to it", policies.is_of_own_organisation, {*HELIX, "helix.engineer"}),
]


@pytest.mark.parametrize(("name", "allowed", "expected"), RIGHTS, ids=[name for name, *_rest in RIGHTS])
def test_right_is_held_by(
    cast: Cast, name: str, allowed: Callable[[User, Registration], bool], expected: set[str]
) -> None:
    registration = make_registration(cast.helix)

    assert {path for path in EVERYBODY if allowed(person(cast, path), registration)} == expected


def test_findings_and_registering_are_held_by(cast: Cast) -> None:
    assert {path for path in EVERYBODY if policies.can_see_findings(person(cast, path))} == READ_ALL
    assert {path for path in EVERYBODY if policies.can_see_margin(person(cast, path))} == READ_ALL
    assert {path for path in EVERYBODY if policies.can_register(person(cast, path))} == {
        *("helix.admin", "helix.rep", "orbit.admin", "orbit.rep"),
    }


def test_rep_acts_on_own_registrations_only(cast: Cast) -> None:
    colleague = make_user("second@helix.example", cast.helix.organisation, "sales_rep")
    registration = make_registration(cast.helix)

    assert policies.can_act_for_partner(cast.helix.rep, registration)
    assert not policies.can_act_for_partner(colleague, registration)


def test_registration_without_a_pam_is_everybodys(cast: Cast) -> None:
    cast.helix.partner.pam = None
    cast.helix.partner.save()
    registration = make_registration(cast.helix)

    assert {path for path in EVERYBODY if policies.is_assigned(person(cast, path), registration)} == {"pam", "pam2"}
    for pam in (cast.pam, cast.pam2):
        assert list(Registration.objects.all().to_decide_by(pam)) == [registration]
    approved = decisions.approve(registration=registration, by=cast.pam2, now=database_now())
    assert approved.decided_by == cast.pam2


def test_nobody_decides_what_they_submitted(cast: Cast) -> None:
    """A person who changed sides meets the own registration again."""
    registration = make_registration(cast.helix)
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())
    join(cast.helix.rep, cast.vendor, "pam")
    cast.helix.partner.pam = cast.helix.rep
    cast.helix.partner.save()
    turned = User.objects.get(pk=cast.helix.rep.pk)
    registration = Registration.objects.with_nouns().get(pk=registration.pk)

    assert policies.is_assigned(turned, registration)
    assert not policies.can_decide(turned, registration)


def test_admin_in_the_place_of_a_pam_gives_a_reason(cast: Cast) -> None:
    registration = make_registration(cast.helix)

    assert [policies.must_give_reason(user, registration) for user in (cast.pam, cast.admin)] == [False, True]


def test_search_finds_what_one_may_see(cast: Cast) -> None:
    own = make_registration(cast.helix, customer_name="Aster Foods")
    foreign = make_registration(cast.orbit, customer_name="Aster Metals")

    def hits(user: User, text: str) -> set[str]:
        return {hit.url for hit in search(user, text, 10)}

    assert hits(cast.helix.rep, "aster") == {own.get_absolute_url()}
    assert hits(cast.helix.rep, foreign.reference) == set()
    assert hits(cast.helix.rep, "orbit") == set()
    assert hits(cast.pam, "aster") == {own.get_absolute_url(), foreign.get_absolute_url()}
    assert hits(cast.pam, own.reference) == {own.get_absolute_url()}


def test_links_are_made_for_what_one_may_see(cast: Cast) -> None:
    own, foreign = make_registration(cast.helix), make_registration(cast.orbit)
    ids = [own.public_id, foreign.public_id, "deal_missing"]

    assert set(subjects(cast.helix.rep, ids)) == {own.public_id}
    links = subjects(cast.pam, ids)
    assert set(links) == {own.public_id, foreign.public_id}
    assert links[own.public_id].label == f"{own.reference} · {own.customer_name} · Helix Systems"
