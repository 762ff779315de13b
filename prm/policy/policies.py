"""Who reads the rules, changes them, and acknowledges them."""

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.policy.models import PolicyVersion
from prm.policy.papers import PAPERS


def can_manage(user: User) -> bool:
    return user.is_vendor and user.may(P.POLICIES_MANAGE)


def can_read(user: User, version: PolicyVersion) -> bool:
    """Partners read what is written for them; what was taken back is the vendor's to remember."""
    if not user.may(P.RULES_READ):
        return False
    paper = PAPERS.get(version.schema)
    return can_manage(user) or (paper is not None and paper.for_partners and version.withdrawn_at is None)


def can_acknowledge(user: User) -> bool:
    """For the whole organisation."""
    return user.is_partner and user.may(P.RULES_ACKNOWLEDGE)


def sees_acknowledgements(user: User) -> bool:
    """Who of the partners has read what."""
    return user.is_vendor and user.may(P.PARTNERS_READ)
