"""Who may do what with a customer."""

from partners.customers.models import Account
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_read_fully(user: User, account: Account) -> bool:
    """Otherwise a person sees only who and where the customer is."""
    return user.may(P.ACCOUNTS_READ_ALL) or owns(user, account)


def can_read_all(user: User) -> bool:
    return user.may(P.ACCOUNTS_READ_ALL)


def can_list(user: User) -> bool:
    return user.may(P.ACCOUNTS_READ, P.ACCOUNTS_READ_ALL)


def can_create(user: User) -> bool:
    return user.may(P.ACCOUNTS_WRITE_ALL, P.ACCOUNTS_WRITE_OWN)


def can_update(user: User, account: Account) -> bool:
    return user.may(P.ACCOUNTS_WRITE_ALL) or (user.may(P.ACCOUNTS_WRITE_OWN) and owns(user, account))


def can_choose_owner(user: User) -> bool:
    """Everybody else creates for oneself, and gives nothing away."""
    return user.may(P.ACCOUNTS_WRITE_ALL)


def owns(user: User, account: Account) -> bool:
    return account.owner_id == user.pk
