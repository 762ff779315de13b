"""Who may say that two records are, or are not, the same customer."""

from deals.registrations.models import Registration
from deals.registrations.policies import can_decide, can_see_findings
from prm.accounts.models import User


def can_judge(user: User, registration: Registration) -> bool:
    """Whoever decides the registration also says what it is the same as."""
    return can_see_findings(user) and can_decide(user, registration)
