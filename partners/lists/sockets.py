"""Whom a list is compared with: each kind of record that has a name knows how to find the likeliest one."""

from collections.abc import Callable
from dataclasses import dataclass

from prm.accounts.roles import Permission
from prm.matching import Identity, Match
from prm.registry import Registry


@dataclass(frozen=True)
class Registered:
    """`likeliest` answers with a public id and how well it fits, or None. Only for lists of those with `permission`.

    The name it is registered under is the type of subject (prm.portal.sockets.SUBJECTS).
    """

    permission: Permission
    likeliest: Callable[[Identity], tuple[str, Match] | None]


REGISTERED: Registry[Registered] = Registry("record that lists are compared with")
