from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_note(user: User) -> bool:
    """Whoever decides registrations also says what is out to tender."""
    return user.is_vendor and user.may(P.ACCOUNTS_READ_ALL) and user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE)
