from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_assess(user: User) -> bool:
    """Account managers and programme admins."""
    return user.is_vendor and user.may(P.LISTS_ASSESS)
