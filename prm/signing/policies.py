from prm.accounts.models import User
from prm.accounts.roles import Permission


def can_manage_keys(user: User) -> bool:
    return user.may(Permission.OPERATIONS)
