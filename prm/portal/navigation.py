"""What the portal itself puts into the navigation."""

from django.utils.translation import gettext_lazy as _

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.accounts.roles import Side
from prm.clocks.database import database_now
from prm.portal.sockets import NAVIGATION, NavItem, work_for

PARTNER, VENDOR = frozenset({Side.PARTNER}), frozenset({Side.VENDOR})


def waiting(user: User) -> int:
    """How much waits for the person; a hundred is shown as a hundred."""
    return len(work_for(user, database_now(), limit=100))


NAVIGATION.register("home", NavItem(_("Home"), "home", order=10, sides=PARTNER))
NAVIGATION.register("work", NavItem(_("My work"), "work", order=10, sides=VENDOR, badge=waiting))
NAVIGATION.register(
    "people",
    NavItem(
        _("People"),
        "people",
        order=80,
        section=_("Organisation"),
        sides=PARTNER,
        permissions=frozenset({P.PEOPLE_INVITE_ORGANISATION}),
    ),
)
NAVIGATION.register(
    "all-people",
    NavItem(
        _("People"),
        "people",
        order=95,
        section=_("Programme"),
        sides=VENDOR,
        permissions=frozenset({P.PEOPLE_MANAGE_ALL}),
    ),
)
NAVIGATION.register(
    "audit",
    NavItem(
        _("Audit"),
        "audit",
        order=97,
        section=_("Programme"),
        sides=VENDOR,
        permissions=frozenset({P.EVENTS_READ_ALL}),
    ),
)
