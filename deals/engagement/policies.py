"""Who may appeal against the confirmed engagement, and who answers: as with the appeal against a rejection."""

from deals.appeals.policies import judges
from deals.engagement.models import engagement_appeal_of
from deals.engagement.states import STANDING
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import Outcome
from prm.accounts.models import User


def can_appeal(user: User, registration: Registration) -> bool:
    """While it is in time, and where there is something to appeal against (selectors.appealable_until)."""
    is_open = registration.state in STANDING and registration.outcome != Outcome.TEAMING
    return is_open and engagement_appeal_of(registration) is None and policies.can_act_for_partner(user, registration)


def can_decide(user: User, registration: Registration) -> bool:
    return judges(user, registration, engagement_appeal_of(registration))


def is_waiting(registration: Registration) -> bool:
    """See also: EngagementAppealQuerySet.waiting."""
    found = engagement_appeal_of(registration)
    is_standing = registration.state in STANDING and registration.outcome != Outcome.TEAMING
    return found is not None and found.decided_at is None and is_standing


def waits_for(user: User, registration: Registration) -> bool:
    return is_waiting(registration) and can_decide(user, registration)
