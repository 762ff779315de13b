from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_refund(user: User, registration: Registration) -> bool:
    """Finance for everybody, an account manager for the partners that are looked after; a partner never."""
    if not (user.is_vendor and user.may(P.EARNINGS_REFUND)):
        return False
    return user.may(P.EARNINGS_READ_ALL) or registration.partner.pam_id in (None, user.pk)
