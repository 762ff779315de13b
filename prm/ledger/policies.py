"""Who reads the ledger. Which entries is `visible_to`."""

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission as P
from prm.ledger.sockets import PORTFOLIOS

READERS = (P.EARNINGS_READ_ORGANISATION, P.EARNINGS_READ_OWN, P.EARNINGS_READ_ASSIGNED, P.EARNINGS_READ_ALL)
# A statement is of the whole organisation.
STATEMENT_READERS = (P.EARNINGS_READ_ORGANISATION, P.EARNINGS_READ_ASSIGNED, P.EARNINGS_READ_ALL)


def can_read(user: User) -> bool:
    return user.may(*READERS)


def can_read_statement(user: User, organisation: Organisation) -> bool:
    """Of the own organisation, of one that is looked after, or of all."""
    if user.is_partner:
        return user.organisation == organisation and user.may(P.EARNINGS_READ_ORGANISATION)
    if user.may(P.EARNINGS_READ_ALL):
        return True
    if not user.may(P.EARNINGS_READ_ASSIGNED):
        return False
    return any(portfolio(user).filter(organisation=organisation).exists() for portfolio in PORTFOLIOS)
