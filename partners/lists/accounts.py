"""Lists are compared with customers."""

from partners.customers.selectors import accounts_like
from partners.lists.sockets import REGISTERED, Registered
from prm.accounts.roles import Permission as P
from prm.matching import Identity, Match


def likeliest(identity: Identity) -> tuple[str, Match] | None:
    return next(((account.public_id, match) for account, match in accounts_like(identity)), None)


REGISTERED.register("account", Registered(P.ACCOUNTS_READ_ALL, likeliest))
