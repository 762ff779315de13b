"""Who proposes a team, takes the proposal back, and answers it."""

from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User


def can_propose(user: User, registration: Registration) -> bool:
    waits = registration.state == State.SUBMITTED and registration.teaming_due_at is None
    return waits and policies.can_decide(user, registration)


def can_take_back(user: User, registration: Registration) -> bool:
    return registration.teaming_due_at is not None and policies.can_decide(user, registration)


def can_answer(user: User, registration: Registration) -> bool:
    return registration.teaming_due_at is not None and policies.can_act_for_partner(user, registration)
