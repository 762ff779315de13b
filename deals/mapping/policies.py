"""Who maps lists, and who says what of the own customers is shown to whom."""

from deals.mapping.models import MappedList
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

SHARERS = (P.DIRECT_SELL, P.DEALS_DECIDE, P.DEALS_OVERRIDE)


def can_map(user: User) -> bool:
    return user.is_partner and user.may(P.DEALS_REGISTER)


def can_change(user: User, given: MappedList) -> bool:
    """Share, withdraw, delete: whoever brought the list, and the partner's admins."""
    if not can_map(user) or user.organisation != given.partner.organisation:
        return False
    return given.created_by_id == user.pk or user.may(P.DEALS_MANAGE_ORGANISATION)


def can_show_accounts(user: User) -> bool:
    return user.is_vendor and user.may(*SHARERS)


def shows_unowned(user: User, partner: Partner) -> bool:
    """Customers that no seller owns are the partner's account manager's to show."""
    return user.may(P.DEALS_DECIDE) and partner.pam_id == user.pk
