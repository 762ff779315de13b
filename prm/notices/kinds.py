"""What people are told about: the groups they choose for, and which kind of notice belongs to which.

Filled in `AppConfig.ready()`. A kind that nobody has put into a group goes at once.
"""

from dataclasses import dataclass

from django.utils.functional import Promise

from prm.accounts.models import User
from prm.accounts.roles import Side
from prm.registry import Registry


@dataclass(frozen=True)
class Group:
    """A line of the choices. What is `mandatory` goes at once, whatever anybody would like."""

    title: str | Promise
    description: str | Promise
    order: int
    sides: frozenset[Side] = frozenset(Side)
    mandatory: bool = False


GROUPS: Registry[Group] = Registry("group of notices")
# The name of the group, by kind.
KINDS: Registry[str] = Registry("kind of notice")


def declare(group: str, *kinds: str) -> None:
    for kind in kinds:
        KINDS.register(kind, group)


def group_of(kind: str) -> str | None:
    """The group whose choice counts for the kind; None where there is nothing to choose."""
    name = KINDS.get(kind)
    group = GROUPS.get(name) if name else None
    return None if group is None or group.mandatory else name


def kinds_of(group: str) -> list[str]:
    return [kind for kind in KINDS.names() if KINDS[kind] == group]


def groups_for(user: User) -> dict[str, Group]:
    """By name and in order, the mandatory ones among them."""
    side = user.organisation.kind if user.organisation else None
    mine = [(name, GROUPS[name]) for name in GROUPS.names() if side in GROUPS[name].sides]
    return dict(sorted(mine, key=lambda entry: entry[1].order))


def choosable_for(user: User) -> dict[str, Group]:
    return {name: group for name, group in groups_for(user).items() if not group.mandatory}
