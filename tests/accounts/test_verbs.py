"""What the verbs about people allow, refuse and record, whatever door they are called through."""

from datetime import timedelta

import pytest

from prm.accounts import actions, policies
from prm.accounts.models import ApiToken, Invitation, Membership, Organisation, User
from prm.accounts.roles import ROLES, Permission, Side, permissions_of, roles_of
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.factories import PASSWORD, Cast, make_token, make_user

NEW = "tom@helix.example"


def invite(
    cast: Cast, by: User | None = None, organisation: Organisation | None = None, **changes: object
) -> Invitation:
    given = {"email": NEW, "roles": ["sales_rep"], "now": database_now(), **changes}
    return actions.invite(organisation=organisation or cast.helix.organisation, by=by or cast.helix.admin, **given)


def accept(invitation: Invitation, password: str = "a sentence nobody guesses", **changes: object) -> User:
    given = {"name": "Tom", "password": password, "now": database_now(), **changes}
    return actions.accept_invitation(invitation=invitation, **given)


def membership_of(user: User) -> Membership:
    return Membership.objects.get(user=user, ended_at=None)


@pytest.mark.parametrize(
    ("who", "where", "may"),
    [
        ("helix.admin", "helix", True),
        ("helix.admin", "orbit", False),
        ("helix.admin", "vendor", False),
        ("helix.rep", "helix", False),
        ("admin", "helix", True),
        ("admin", "vendor", True),
        ("pam", "helix", False),
        ("executive", "vendor", False),
    ],
)
def test_invite_is_for_those_who_look_after_people(cast: Cast, who: str, where: str, may: bool) -> None:
    person = cast
    for name in who.split("."):
        person = getattr(person, name)
    organisation = cast.vendor if where == "vendor" else getattr(cast, where).organisation
    roles = ["pam"] if where == "vendor" else ["sales_rep"]

    assert policies.can_invite(person, organisation) == may
    if may:
        assert invite(cast, by=person, organisation=organisation, roles=roles).is_open(database_now())
    else:
        with pytest.raises(NotAllowed):
            invite(cast, by=person, organisation=organisation, roles=roles)


@pytest.mark.parametrize("roles", [[], ["pam"], ["sales_rep", "pam"], ["unknown"], ["sales_rep", ""]])
def test_roles_are_those_of_the_side(cast: Cast, roles: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        invite(cast, roles=roles)

    assert list(refused.value.errors) == ["roles"]
    assert (Invitation.objects.count(), Notice.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_roles_are_kept_once_and_sorted(cast: Cast) -> None:
    assert invite(cast, roles=["support", "marketing", "support"]).roles == ["marketing", "support"]


def test_invitation_is_told_and_recorded_together(cast: Cast) -> None:
    invitation = invite(cast)
    notice, event = Notice.objects.get(), Event.objects.get()

    assert (notice.email, notice.signed_path, notice.path) == (NEW, True, f"/invitations/{invitation.public_id}/")
    assert (event.kind, event.organisation_id) == ("person.invited", cast.helix.organisation.pk)
    assert NEW not in str(event.data)


def test_event_about_vendor_staff_is_the_vendors_alone(cast: Cast) -> None:
    invite(cast, by=cast.admin, organisation=cast.vendor, roles=["pam"])

    assert Event.objects.get().organisation_id is None


def test_expired_invitation_makes_room_for_a_new_one(cast: Cast) -> None:
    old = invite(cast, now=database_now() - timedelta(days=15))
    new = invite(cast)
    old.refresh_from_db()

    assert (old.revoked_by, old.is_open(database_now())) == (cast.helix.admin, False)
    assert new.is_open(database_now())


def test_same_address_may_be_invited_by_two_organisations(cast: Cast) -> None:
    """Neither learns of the other."""
    invite(cast)
    invite(cast, by=cast.orbit.admin, organisation=cast.orbit.organisation)

    assert Invitation.objects.open(database_now()).filter(email=NEW).count() == 2


@pytest.mark.parametrize("closed", ["accepted", "revoked", "expired"])
def test_closed_invitation_is_accepted_and_withdrawn_by_nobody(cast: Cast, closed: str) -> None:
    invitation = invite(cast)
    if closed == "accepted":
        accept(invitation)
    elif closed == "revoked":
        actions.revoke_invitation(invitation=invitation, by=cast.helix.admin, now=database_now())
    later = database_now() + timedelta(days=15 if closed == "expired" else 0)

    with pytest.raises(StateConflict):
        accept(invitation, now=later)
    with pytest.raises(StateConflict):
        actions.revoke_invitation(invitation=invitation, by=cast.helix.admin, now=later)


def test_rival_withdraws_no_invitation(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        actions.revoke_invitation(invitation=invite(cast), by=cast.orbit.admin, now=database_now())


def test_open_invitations_and_their_predicate_agree(cast: Cast) -> None:
    now = database_now()
    invite(cast)
    accept(invite(cast, email="a@helix.example"))
    actions.revoke_invitation(invitation=invite(cast, email="b@helix.example"), by=cast.helix.admin, now=database_now())
    invite(cast, email="c@helix.example", now=now - timedelta(days=15))

    for moment in (now, now + timedelta(days=13, hours=23), now + timedelta(days=15)):
        found = set(Invitation.objects.open(moment))
        assert found == {invitation for invitation in Invitation.objects.all() if invitation.is_open(moment)}


def test_acceptance_moves_a_known_person(cast: Cast) -> None:
    token = make_token(cast.orbit.rep)
    user = accept(invite(cast, email=cast.orbit.rep.email), PASSWORD, name="Somebody else")
    memberships = Membership.objects.filter(user=user).order_by("pk")

    assert [(m.organisation, m.ended_at is None) for m in memberships] == [
        (cast.orbit.organisation, False),
        (cast.helix.organisation, True),
    ]
    assert user.name == cast.orbit.rep.name
    assert user.organisation == cast.helix.organisation
    assert ApiToken.objects.usable(database_now()).filter(user=user).count() == 0
    assert token


def test_acceptance_needs_the_password_of_a_known_person(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        accept(invite(cast, email=cast.orbit.rep.email), "a guess of somebody")

    assert list(refused.value.errors) == ["password"]
    assert membership_of(cast.orbit.rep).organisation == cast.orbit.organisation


def test_closed_login_is_not_opened_by_an_invitation(cast: Cast) -> None:
    User.objects.filter(pk=cast.orbit.rep.pk).update(is_active=False)

    with pytest.raises(InvalidInput):
        accept(invite(cast, email=cast.orbit.rep.email), PASSWORD)


def test_roles_change_and_are_recorded(cast: Cast) -> None:
    changed = actions.change_roles(
        membership=membership_of(cast.helix.rep),
        roles=["support", "marketing"],
        by=cast.helix.admin,
        now=database_now(),
    )

    assert changed.roles == ["marketing", "support"]
    assert Event.objects.get(kind="person.roles_changed").data == {"roles": ["marketing", "support"]}


@pytest.mark.parametrize("verb", [actions.change_roles, actions.end_membership])
@pytest.mark.parametrize("who", ["helix.admin", "orbit.admin", "pam", "helix.engineer"])
def test_own_and_foreign_memberships_stay(cast: Cast, verb, who: str) -> None:
    """`helix.admin` stands for the own membership, the others for people without the right."""
    person = cast
    for name in who.split("."):
        person = getattr(person, name)
    extra = {"roles": ["support"]} if verb is actions.change_roles else {}
    with pytest.raises(NotAllowed):
        verb(membership=membership_of(cast.helix.admin), by=person, now=database_now(), **extra)

    assert membership_of(cast.helix.admin).roles == ["partner_admin"]


@pytest.mark.parametrize("verb", [actions.change_roles, actions.end_membership])
def test_ended_membership_is_history(cast: Cast, verb) -> None:
    membership = membership_of(cast.helix.rep)
    actions.end_membership(membership=membership, by=cast.helix.admin, now=database_now())
    extra = {"roles": ["support"]} if verb is actions.change_roles else {}

    with pytest.raises(StateConflict):
        verb(membership=membership, by=cast.helix.admin, now=database_now(), **extra)


def test_end_takes_the_tokens_along(cast: Cast) -> None:
    make_token(cast.helix.rep)
    make_token(cast.helix.admin)
    actions.end_membership(membership=membership_of(cast.helix.rep), by=cast.helix.admin, now=database_now())
    usable = ApiToken.objects.usable(database_now())

    assert [token.user for token in usable] == [cast.helix.admin]
    assert ApiToken.objects.get(user=cast.helix.rep).revoked_by == cast.helix.admin


@pytest.mark.parametrize(
    ("ends", "usable"), [(None, 1), (timedelta(hours=1), 1), (timedelta(0), 0), (timedelta(hours=-1), 0)]
)
def test_token_ends_when_it_was_said_to(cast: Cast, ends: timedelta | None, usable: int) -> None:
    now = database_now()
    actions.create_token(
        user=cast.helix.rep, name="x", by=cast.helix.rep, now=now, expires_at=None if ends is None else now + ends
    )

    assert ApiToken.objects.usable(now).count() == usable


def test_token_of_a_closed_login_is_useless(cast: Cast) -> None:
    make_token(cast.helix.rep)
    User.objects.filter(pk=cast.helix.rep.pk).update(is_active=False)

    assert ApiToken.objects.usable(database_now()).count() == 0


def test_token_is_revoked_once_and_by_its_owner(cast: Cast) -> None:
    token, _secret = actions.create_token(user=cast.helix.rep, name="x", by=cast.helix.rep, now=database_now())
    with pytest.raises(NotAllowed):
        actions.revoke_token(token=token, by=cast.helix.admin, now=database_now())
    actions.revoke_token(token=token, by=cast.helix.rep, now=database_now())

    with pytest.raises(StateConflict):
        actions.revoke_token(token=token, by=cast.helix.rep, now=database_now())


def test_person_of_no_organisation_gets_no_token(db: None) -> None:
    with pytest.raises(InvalidInput):
        actions.create_token(user=make_user("lost@example.com", None), name="x", by=None, now=database_now())


def test_profile_is_changed_by_its_person_alone(cast: Cast) -> None:
    values = {"name": "New", "time_zone": "Asia/Tokyo", "locale": "de", "now": database_now()}
    with pytest.raises(NotAllowed):
        actions.change_profile(user=cast.helix.rep, by=cast.helix.admin, **values)

    assert actions.change_profile(user=cast.helix.rep, by=cast.helix.rep, **values).name == "New"


def test_person_of_no_organisation_has_no_rights(db: None) -> None:
    user = make_user("lost@example.com", None)

    assert (user.granted, user.organisation, user.is_vendor, user.is_partner) == (frozenset(), None, False, False)
    assert list(Organisation.objects.visible_to(user)) == []


def test_closed_login_has_no_rights(cast: Cast) -> None:
    User.objects.filter(pk=cast.admin.pk).update(is_active=False)

    assert User.objects.get(pk=cast.admin.pk).granted == frozenset()


def test_partner_sees_the_own_organisation_alone(cast: Cast) -> None:
    assert list(Organisation.objects.visible_to(cast.helix.rep)) == [cast.helix.organisation]
    assert Organisation.objects.visible_to(cast.pam).count() == 3


@pytest.mark.parametrize("side", Side)
def test_every_role_explains_itself(side: Side) -> None:
    for role in roles_of(side):
        assert str(role.title)
        assert len(str(role.description)) > 20
        assert role.permissions
        assert ROLES[role.slug] is role


def test_partner_roles_hold_no_right_of_the_vendor() -> None:
    vendor_only = {
        *(Permission.DEALS_DECIDE, Permission.DEALS_OVERRIDE, Permission.DEALS_READ_ALL, Permission.DEALS_READ_WON),
        *(Permission.ACCOUNTS_READ_ALL, Permission.ACCOUNTS_WRITE_ALL, Permission.PARTNERS_READ),
        *(Permission.PARTNERS_WRITE_ALL, Permission.PEOPLE_MANAGE_ALL, Permission.POLICIES_MANAGE),
        *(Permission.EVENTS_READ_ALL, Permission.METRICS_READ_ALL, Permission.MATCHING_QUALITY),
    }

    assert permissions_of([role.slug for role in roles_of(Side.PARTNER)]) & vendor_only == frozenset()


def test_executive_changes_nothing() -> None:
    assert [
        p for p in ROLES["executive"].permissions if any(w in p for w in ("write", "manage", "decide", "override"))
    ] == []


def test_roles_add_up_and_unknown_ones_add_nothing() -> None:
    both = permissions_of(["sales_rep", "partner_admin", "gone"])

    assert both == ROLES["sales_rep"].permissions | ROLES["partner_admin"].permissions
    assert permissions_of(["gone"]) == frozenset()


@pytest.mark.parametrize(
    ("typed", "kept"), [("Ana@Helix.Example", "ana@helix.example"), ("  a@b.example ", "a@b.example")]
)
def test_address_has_one_spelling(db: None, typed: str, kept: str) -> None:
    assert User.objects.create_user(typed, PASSWORD).email == kept
    assert User.objects.get_by_natural_key(typed).email == kept
