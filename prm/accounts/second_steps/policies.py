"""Who may take a lost second step away from somebody."""

from prm.accounts.models import Membership, User
from prm.accounts.roles import Permission as P


def can_reset(user: User, membership: Membership) -> bool:
    """The own one is removed in the profile, with the password."""
    return user.may(P.PEOPLE_MANAGE_ALL) and membership.user_id != user.pk
