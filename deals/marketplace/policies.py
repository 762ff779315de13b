"""Who may enter and change offers. Whether the person sees one at all is `visible_to`."""

from deals.registrations.models import Registration
from deals.registrations.policies import EXPORTERS, READERS, can_act_for_partner, is_assigned
from deals.registrations.states import State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

__all__ = ["EXPORTERS", "READERS", "can_import", "can_offer", "can_write"]

# An offer is made while a registration is decided, worked on or won.
OFFERED_FOR = frozenset({State.SUBMITTED, State.ASKED, State.APPROVED, State.WON})


def can_write(user: User, registration: Registration) -> bool:
    """Whoever acts for the partner, the account manager who looks after it, and whoever decides in that place."""
    if user.is_partner:
        return can_act_for_partner(user, registration)
    return is_assigned(user, registration) or user.may(P.DEALS_OVERRIDE)


def can_offer(user: User, registration: Registration) -> bool:
    return registration.state in OFFERED_FOR and can_write(user, registration)


def can_import(user: User) -> bool:
    """Some offers; of which registrations is decided row by row."""
    return user.may(P.DEALS_REGISTER, P.DEALS_DECIDE, P.DEALS_OVERRIDE)
