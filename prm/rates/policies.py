"""Who keeps the rates of exchange."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P

KEEPERS = (P.RATES_MANAGE,)


def can_manage(user: User) -> bool:
    return user.is_vendor and user.may(*KEEPERS)
