"""Who hands in proof, and who decides on it."""

from enablement.certification.models import READERS as READERS
from enablement.claims.models import Claim
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

HOLDERS = (P.CERTIFICATES_HOLD,)


def can_hand_in(user: User) -> bool:
    return user.is_partner and user.may(*HOLDERS)


def can_withdraw(user: User, claim: Claim) -> bool:
    """Only who has handed it in."""
    return claim.user_id == user.pk


def can_decide(user: User, claim: Claim) -> bool:
    """The account manager who looks after the partner, or an administrator; nobody the own one.

    See also: ClaimQuerySet.to_decide_by.
    """
    if not user.is_vendor or claim.user_id == user.pk:
        return False
    assigned = user.may(P.CERTIFICATES_REVIEW) and claim.partner.pam_id in (None, user.pk)
    return assigned or user.may(P.CERTIFICATIONS_MANAGE)
