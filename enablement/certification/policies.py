"""Who defines certifications. Who reads them is `visible_to`."""

from enablement.certification.models import READERS as READERS
from prm.accounts.models import User
from prm.accounts.roles import Permission as P

MANAGERS = (P.CERTIFICATIONS_MANAGE,)


def can_manage(user: User) -> bool:
    return user.is_vendor and user.may(*MANAGERS)
