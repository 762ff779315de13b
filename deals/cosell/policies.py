"""Who asks, answers and works together. Whether the person sees it at all is `visible_to`."""

from deals.cosell.models import CoSell
from deals.cosell.states import Party
from deals.registrations import policies
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

# Whoever has one of these acts on some of them.
ACTORS = (P.DEALS_REGISTER, P.DEALS_READ_SHARED, P.DEALS_DECIDE, P.DEALS_OVERRIDE, P.DIRECT_SELL)


def side_of(user: User) -> Party:
    return Party.PARTNER if user.is_partner else Party.VENDOR


def acts_for_own_side(user: User, registration: Registration, found: CoSell | None = None) -> bool:
    """For a partner who acts on the registration; for the vendor its account manager, an administrator and the seller
    whose customer it is; for either side the person that it has named."""
    named = found.person_of(side_of(user)) == user if found else False
    if user.is_partner:
        acts = policies.can_act_for_partner(user, registration)
        return acts or (named and policies.is_of_own_organisation(user, registration))
    owns = registration.account is not None and registration.account.owner_id == user.pk
    sells = user.may(P.DIRECT_SELL) and (owns or named)
    return sells or policies.is_assigned(user, registration) or user.may(P.DEALS_OVERRIDE)


def can_answer(user: User, found: CoSell) -> bool:
    return side_of(user) != found.asked_side and acts_for_own_side(user, found.registration, found)


def can_withdraw(user: User, found: CoSell) -> bool:
    return side_of(user) == found.asked_side and acts_for_own_side(user, found.registration, found)


def can_work(user: User, found: CoSell) -> bool:
    """Add and complete steps, hand over, end: either side."""
    return acts_for_own_side(user, found.registration, found)


def names_others(user: User) -> bool:
    """A seller of ours answers for nobody else; whoever looks after the partner names the seller."""
    return user.is_partner or user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE)
