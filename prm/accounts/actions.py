"""Verbs about people. Each writes its event and notices in its own transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prm.accounts import policies, tokens
from prm.accounts.models import ApiToken, Invitation, Membership, Organisation, User
from prm.accounts.roles import ROLES
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.actions import promise
from prm.notices.choices.actions import follow_clock

INVITATION_LASTS = timedelta(days=14)


def concerned(organisation: Organisation) -> int | None:
    """The partner organisation an event is about; None for the vendor's own."""
    return organisation.pk if organisation.kind == Organisation.Kind.PARTNER else None


def check_roles(organisation: Organisation, roles: list[str]) -> list[str]:
    allowed = {slug for slug, role in ROLES.items() if role.side == organisation.kind}
    if not roles or not set(roles) <= allowed:
        raise InvalidInput({"roles": [_("Choose at least one role of this side.")]})
    return sorted(set(roles))


@transaction.atomic
def found(*, name: str, email: str, now: datetime) -> Invitation:
    """The vendor's organisation, should it not be there yet, and an invitation for an admin of its programme."""
    vendor, _made = Organisation.objects.get_or_create(kind=Organisation.Kind.VENDOR, defaults={"name": name})
    return invite(organisation=vendor, email=email, roles=["programme_admin"], by=None, now=now)


@transaction.atomic
def invite(*, organisation: Organisation, email: str, roles: list[str], by: User | None, now: datetime) -> Invitation:
    """Promise a membership. The reply is the same whether or not the address is known to somebody else.

    Raises NotAllowed, InvalidInput for the roles or a colleague who is already here, StateConflict
    for an address whose invitation is still open.
    """
    if by is not None and not policies.can_invite(by, organisation):
        raise NotAllowed(_("You may not invite people to this organisation."))
    email = User.objects.normalise(email)
    roles = check_roles(organisation, roles)
    if organisation.memberships.filter(user__email=email, ended_at=None).exists():
        raise InvalidInput({"email": [_("This person is already a colleague.")]})
    # An expired invitation makes room for a new one.
    Invitation.objects.filter(organisation=organisation, email=email, accepted_at=None, expires_at__lte=now).update(
        revoked_at=now, revoked_by=by
    )
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=email,
                roles=roles,
                created_at=now,
                created_by=by,
                expires_at=now + INVITATION_LASTS,
            )
    except IntegrityError as error:
        raise StateConflict(_("This address has an open invitation already."), state="open") from error
    _record("person.invited", organisation, ("invitation", invitation.public_id), by, now, {"roles": roles})
    promise(
        key=f"invitation-{invitation.public_id}",
        kind="person.invited",
        to=email,
        organisation=organisation,
        title=_("You are invited to %(organisation)s") % {"organisation": organisation.name},
        body=_("%(person)s invites you to the partner portal. The link is valid until %(until)s.")
        % {"person": str(by or organisation), "until": f"{invitation.expires_at:%d %B %Y}"},
        path=f"/invitations/{invitation.public_id}/",
        signed_path=True,
        now=now,
    )
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: User, now: datetime) -> Invitation:
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if not policies.can_revoke(by, invitation):
        raise NotAllowed(_("You may not withdraw this invitation."))
    if not invitation.is_open(now):
        raise StateConflict(_("This invitation is no longer open."), state="closed")
    invitation.revoked_at, invitation.revoked_by = now, by
    invitation.save(update_fields=["revoked_at", "revoked_by"])
    subject = ("invitation", invitation.public_id)
    _record("person.invitation_revoked", invitation.organisation, subject, by, now, {})
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Make the login of a new person, or move a known one here; the old membership ends at once.

    A known person keeps name and password: the one given here must be theirs (InvalidInput otherwise).
    """
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)
    if not invitation.is_open(now):
        raise StateConflict(_("This invitation is no longer open."), state="closed")
    user = User.objects.select_for_update().filter(email=invitation.email).first()
    if user is None:
        user = _newcomer(invitation.email, name, password)
    elif not user.is_active or not user.check_password(password):
        raise InvalidInput({"password": [_("You have a login already: give its password.")]})
    for old in Membership.objects.select_for_update().filter(user=user, ended_at=None):
        _end(old, by=user, now=now)
    Membership.objects.create(
        user=user,
        organisation=invitation.organisation,
        roles=invitation.roles,
        created_at=now,
        created_by=invitation.created_by,
    )
    user.__dict__.pop("membership", None)
    user.__dict__.pop("granted", None)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    data = {"roles": invitation.roles}
    _record("person.joined", invitation.organisation, ("user", user.public_id), user, now, data)
    return user


def _newcomer(email: str, name: str, password: str) -> User:
    """Somebody whom two organisations have invited may accept both at the same moment."""
    try:
        with transaction.atomic():
            return User.objects.create_user(email, password, name=name)
    except IntegrityError as error:
        raise StateConflict(_("You have just joined elsewhere: open this link once more."), state="known") from error


@transaction.atomic
def change_roles(*, membership: Membership, roles: list[str], by: User, now: datetime) -> Membership:
    membership = _locked(membership)
    if not policies.can_change_member(by, membership):
        raise NotAllowed(_("You may not change this person's roles."))
    if membership.ended_at is not None:
        raise StateConflict(_("This membership has ended."), state="ended")
    membership.roles = check_roles(membership.organisation, roles)
    membership.save(update_fields=["roles"])
    subject = ("user", membership.user.public_id)
    _record("person.roles_changed", membership.organisation, subject, by, now, {"roles": membership.roles})
    return membership


@transaction.atomic
def end_membership(*, membership: Membership, by: User, now: datetime) -> Membership:
    """The person is out at once: the next request of any session or token is refused."""
    membership = _locked(membership)
    if not policies.can_change_member(by, membership):
        raise NotAllowed(_("You may not end this membership."))
    if membership.ended_at is not None:
        raise StateConflict(_("This membership has ended."), state="ended")
    return _end(membership, by=by, now=now)


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("organisation", "user")
    return rows.get(pk=membership.pk)


def _end(membership: Membership, *, by: User, now: datetime) -> Membership:
    # The verb may have waited for the one that made it, and been given its moment before.
    membership.ended_at, membership.ended_by = max(now, membership.created_at), by
    membership.save(update_fields=["ended_at", "ended_by"])
    ApiToken.objects.filter(user_id=membership.user_id, revoked_at=None).update(revoked_at=now, revoked_by=by)
    subject = ("user", membership.user.public_id)
    _record("person.left", membership.organisation, subject, by, now, {})
    return membership


@transaction.atomic
def change_profile(
    *, user: User, name: str, time_zone: str, locale: str, single_keys: bool = True, by: User, now: datetime
) -> User:
    if by.pk != user.pk:
        raise NotAllowed(_("Only you change your profile."))
    user = User.objects.select_for_update().get(pk=user.pk)
    moved = user.time_zone != time_zone
    user.name, user.time_zone, user.locale, user.single_keys = name, time_zone, locale, single_keys
    user.save(update_fields=["name", "time_zone", "locale", "single_keys"])
    if moved:
        follow_clock(user=user, now=now)
    if user.organisation is not None:
        _record("person.profile_changed", user.organisation, ("user", user.public_id), by, now, {})
    return user


@transaction.atomic
def create_token(
    *, user: User, name: str, by: User | None, now: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not stored and cannot be shown again. `by` None: the command line."""
    if user.organisation is None:
        raise InvalidInput({"user": [_("This person belongs to no organisation.")]})
    secret = tokens.new_secret()
    token = ApiToken.objects.create(
        user=user,
        name=name,
        prefix=secret[: tokens.SHOWN],
        secret_hash=tokens.digest(secret),
        created_at=now,
        created_by=by or user,
        expires_at=expires_at,
    )
    _record("token.created", user.organisation, ("user", user.public_id), by, now, {"token": token.public_id})
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User, now: datetime) -> ApiToken:
    token = ApiToken.objects.select_for_update(of=("self",)).select_related("user").get(pk=token.pk)
    if token.user_id != by.pk:
        raise NotAllowed(_("Only its owner may revoke a token."))
    if token.revoked_at is not None:
        raise StateConflict(_("This token is revoked already."), state="revoked")
    token.revoked_at, token.revoked_by = now, by
    token.save(update_fields=["revoked_at", "revoked_by"])
    if by.organisation is not None:
        _record("token.revoked", by.organisation, ("user", by.public_id), by, now, {"token": token.public_id})
    return token


def _record(
    kind: str,
    organisation: Organisation,
    subject: tuple[str, str],
    by: User | None,
    now: datetime,
    data: Mapping[str, object],
) -> None:
    record(kind, by=by, now=now, organisation_id=concerned(organisation), subject=subject, data=dict(data))
