"""Who may manage people."""

from prm.accounts.models import Invitation, Membership, Organisation, User
from prm.accounts.roles import Permission as P


def can_invite(user: User, organisation: Organisation) -> bool:
    if user.may(P.PEOPLE_MANAGE_ALL):
        return True
    return user.may(P.PEOPLE_INVITE_ORGANISATION) and user.organisation == organisation


def can_change_member(user: User, membership: Membership) -> bool:
    """Nobody changes or ends the own membership: an organisation cannot lose its last admin by a slip."""
    return can_invite(user, membership.organisation) and membership.user_id != user.pk


def can_revoke(user: User, invitation: Invitation) -> bool:
    return can_invite(user, invitation.organisation)
