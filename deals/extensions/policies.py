"""Who may ask for an extension and decide it: as for the registration, while there is something to do."""

from datetime import datetime

from deals.extensions.models import extension_of
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User


def can_ask(user: User, registration: Registration, now: datetime) -> bool:
    until = registration.protected_until
    is_protected = registration.state == State.APPROVED and until is not None and until > now
    return is_protected and extension_of(registration) is None and policies.can_act_for_partner(user, registration)


def can_decide(user: User, registration: Registration) -> bool:
    extension = extension_of(registration)
    waits = registration.state == State.APPROVED and extension is not None and extension.decided_at is None
    return waits and policies.can_decide(user, registration)
