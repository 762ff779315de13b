"""Who sees how well matching does, and who changes its thresholds."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_read(user: User) -> bool:
    return user.is_vendor and user.may(P.MATCHING_QUALITY)


def can_publish(user: User) -> bool:
    return can_read(user) and user.may(P.POLICIES_MANAGE)
