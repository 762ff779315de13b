"""Who may appeal, and who decides it: never whoever decided the first time, and nobody what they registered."""

from datetime import datetime
from typing import Protocol

from deals.appeals.models import appeal_of, contested
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.rules import allows
from deals.registrations.states import State, Verb
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_appeal(user: User, registration: Registration) -> bool:
    """While it is in time (selectors.appealable_until). What an appeal has led to is decided for good."""
    is_open = allows(Verb.APPEAL, registration.state) and not registration.appeal_of_id
    if not is_open or appeal_of(registration) is not None:
        return False
    return policies.can_act_for_partner(user, registration) and bool(contested(registration))


class Asked(Protocol):
    """An appeal, against whatever it is."""

    decider_id: int | None
    assigned_to_id: int | None
    escalated_at: datetime | None


def judges(user: User, registration: Registration, appeal: Asked | None) -> bool:
    """The one who is asked; once it is late every account manager. A programme admin always."""
    decider = appeal.decider_id if appeal else registration.decided_by_id
    if user.pk in (registration.submitted_by_id, decider):
        return False
    if appeal is None or appeal.escalated_at or appeal.assigned_to_id in (None, user.pk):
        return user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE)
    return user.may(P.DEALS_OVERRIDE)


def can_decide(user: User, registration: Registration) -> bool:
    return judges(user, registration, appeal_of(registration))


def is_waiting(registration: Registration) -> bool:
    """See also: AppealQuerySet.waiting."""
    appeal = appeal_of(registration)
    return appeal is not None and appeal.decided_at is None and registration.state != State.REVERSED


def waits_for(user: User, registration: Registration) -> bool:
    return is_waiting(registration) and can_decide(user, registration)
