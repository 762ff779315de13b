"""Who awards and revokes. Who reads a certificate is `visible_to`."""

from enablement.certification.models import READERS as READERS
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

AWARDERS = (P.CERTIFICATIONS_MANAGE,)
# What a list of certificates is about for whoever reads more than the own ones.
DESK = (P.CERTIFICATES_REVIEW, P.CERTIFICATES_READ_ALL, P.CERTIFICATIONS_MANAGE)


def can_award(user: User) -> bool:
    return user.is_vendor and user.may(*AWARDERS)


def can_revoke(user: User) -> bool:
    return can_award(user)


def reads_team(user: User) -> bool:
    return user.is_partner and user.may(P.CERTIFICATES_READ_TEAM)


def reads_desk(user: User) -> bool:
    return user.is_vendor and user.may(*DESK)
