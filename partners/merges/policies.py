from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_merge(user: User) -> bool:
    """Account managers and programme admins."""
    return user.is_vendor and user.may(P.ACCOUNTS_MERGE)
