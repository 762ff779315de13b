"""Who may enter and change what our own sellers do. Whether the person sees it at all is `visible_to`."""

from deals.direct.models import DirectOpportunity, DirectTouch
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Whoever has one of these reads some direct sales; which ones is `visible_to`.
READERS = (P.DIRECT_SELL, P.DIRECT_READ_ALL)
WRITERS = (P.DIRECT_SELL, P.DIRECT_WRITE_ALL)


def can_enter(user: User) -> bool:
    return user.is_vendor and user.may(*WRITERS)


def can_change(user: User, noun: DirectOpportunity | DirectTouch) -> bool:
    """The seller the own ones, a programme admin all of them."""
    if user.may(P.DIRECT_WRITE_ALL):
        return True
    return user.may(P.DIRECT_SELL) and noun.seller_id == user.pk
