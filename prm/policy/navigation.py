from django.utils.translation import gettext_lazy as _

from prm.accounts.roles import Permission as P
from prm.portal.sockets import NAVIGATION, NavItem

NAVIGATION.register(
    "policies",
    NavItem(_("Policies"), "policies", order=91, section=_("Programme"), permissions=frozenset({P.POLICIES_MANAGE})),
)
