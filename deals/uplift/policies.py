"""Who reads what sellers earn more with partners."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# A seller reads the own figures; see also: selectors.by_seller.
READERS = (P.DIRECT_SELL, P.EARNINGS_READ_ALL)


def can_read(user: User) -> bool:
    return user.is_vendor and user.may(*READERS)


def can_read_all(user: User) -> bool:
    return user.is_vendor and user.may(P.EARNINGS_READ_ALL)
