from prm.accounts.models import User
from prm.accounts.roles import Permission


def can_manage(user: User) -> bool:
    return user.may(Permission.BRANDING_MANAGE)
