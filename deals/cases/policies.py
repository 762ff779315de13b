"""Who decides a case, and who reads whose customer it is about."""

from deals.cases.models import DirectCase
from deals.cases.states import CaseState
from deals.registrations import policies
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_decide(user: User, case: DirectCase) -> bool:
    """Whoever decides for the partner that the customer is protected for; nobody in the own case."""
    return case.seller_id != user.pk and policies.can_decide(user, case.registration)


def can_see_partner(user: User, case: DirectCase) -> bool:
    """A seller reads who protects the customer only when they sell together; see also: listing.cases_of."""
    together = case.state == CaseState.ATTACHED or getattr(case, "co_selling", False)
    return user.may(P.DIRECT_READ_ALL) or together
