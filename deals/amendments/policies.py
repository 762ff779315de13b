"""Who proposes lower terms, and who consents: as for the decision, and as for every other verb of the partner."""

from deals.engagement.states import STANDING
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import Outcome
from prm.accounts.models import User


def can_propose(user: User, registration: Registration) -> bool:
    return policies.can_decide(user, registration)


def can_answer(user: User, registration: Registration) -> bool:
    return policies.can_act_for_partner(user, registration)


def is_changeable(registration: Registration) -> bool:
    """There are terms, and they are one partner's alone."""
    has_terms = registration.state in STANDING and bool(registration.terms)
    return has_terms and registration.outcome != Outcome.TEAMING and registration.teaming_due_at is None
