"""Who may be meant: a registry of ways to name people. An announcement holds codes, and is for whoever has one of them.

The hall adds its own words in `AppConfig.ready()`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import User
from prm.accounts.roles import ROLES, Side
from prm.registry import Registry

EVERYONE = "everyone"
ROLE = "role:"
NOBODY, ANYBODY = Q(pk__in=[]), Q(pk__isnull=False)


@dataclass(frozen=True)
class Audience:
    """`options` are codes with their labels, `codes_of` those of a person, `members` the memberships that have one."""

    label: str | Promise
    options: Callable[[], list[tuple[str, str | Promise]]]
    codes_of: Callable[[User], set[str]]
    members: Callable[[set[str]], Q]


AUDIENCES: Registry[Audience] = Registry("audience")


def labels() -> dict[str, str | Promise]:
    """Every code there is, with its label."""
    return {code: label for audience in AUDIENCES for code, label in audience.options()}


def codes_of(user: User) -> list[str]:
    if user.membership is None:
        return []
    return sorted(code for audience in AUDIENCES for code in audience.codes_of(user))


def members_of(codes: Iterable[str]) -> Q:
    """Memberships that have one of the codes."""
    wanted, found = set(codes), NOBODY
    for audience in AUDIENCES:
        named = wanted & {code for code, _label in audience.options()}
        if named:
            found |= audience.members(named)
    return found


def _sides() -> list[tuple[str, str | Promise]]:
    return [(EVERYONE, _("Everybody")), (Side.PARTNER, _("All partners")), (Side.VENDOR, _("Vendor staff"))]


def _side_of(user: User) -> set[str]:
    return {EVERYONE, user.organisation.kind} if user.organisation else set()


def _of_sides(codes: set[str]) -> Q:
    return ANYBODY if EVERYONE in codes else Q(organisation__kind__in=codes)


def _roles() -> list[tuple[str, str | Promise]]:
    return [(ROLE + slug, role.title) for slug, role in ROLES.items()]


def _roles_of(user: User) -> set[str]:
    return {ROLE + slug for slug in user.membership.roles} if user.membership else set()


def _with_roles(codes: set[str]) -> Q:
    return Q(roles__overlap=[code.removeprefix(ROLE) for code in codes])


AUDIENCES.register("side", Audience(_("For whom"), _sides, _side_of, _of_sides))
AUDIENCES.register("role", Audience(_("People with a role"), _roles, _roles_of, _with_roles))
