from prm.accounts.models import User
from prm.accounts.roles import Permission


def can_write(user: User) -> bool:
    return user.may(Permission.ANNOUNCEMENTS_WRITE)
