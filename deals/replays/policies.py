from prm.accounts.models import User
from prm.policy.policies import can_manage


def can_replay(user: User) -> bool:
    """Whoever changes the rules."""
    return can_manage(user)
