"""Who may do what with a partner's profile."""

from partners.profiles.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_read_fully(user: User, partner: Partner) -> bool:
    """The directory tells who a partner is and who looks after it; the rest is for those who work with partners."""
    return user.may(P.PARTNERS_READ) or user.organisation == partner.organisation


def can_create(user: User) -> bool:
    return user.may(P.PARTNERS_WRITE_ALL)


def can_update(user: User, partner: Partner) -> bool:
    return user.may(P.PARTNERS_WRITE_ALL) or (user.may(P.PARTNERS_WRITE_ASSIGNED) and partner.pam_id == user.pk)


def can_assign_pam(user: User) -> bool:
    return user.may(P.PARTNERS_WRITE_ALL)


def can_suspend(user: User) -> bool:
    return user.may(P.PARTNERS_WRITE_ALL)


def can_look_after(user: User) -> bool:
    """Whom a partner may be given to."""
    return user.is_active and user.may(P.PARTNERS_WRITE_ASSIGNED)
