"""Who may write in the library, and who may see what is used of it. What one reads is `visible_to`."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Who used what helps whoever looks after partners, too.
COUNTERS = (P.LIBRARY_WRITE, P.METRICS_READ_ALL)


def can_write(user: User) -> bool:
    return user.may(P.LIBRARY_WRITE)


def can_count(user: User) -> bool:
    return user.may(*COUNTERS)
