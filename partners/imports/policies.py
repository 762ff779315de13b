from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_import(user: User) -> bool:
    """Whoever may change every customer."""
    return user.is_vendor and user.may(P.ACCOUNTS_WRITE_ALL)
