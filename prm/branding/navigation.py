from django.utils.translation import gettext_lazy as _

from prm.accounts.roles import Permission, Side
from prm.portal.sockets import NAVIGATION, NavItem

NAVIGATION.register(
    "branding",
    NavItem(
        _("Branding"),
        "branding",
        order=96,
        section=_("Programme"),
        sides=frozenset({Side.VENDOR}),
        permissions=frozenset({Permission.BRANDING_MANAGE}),
    ),
)
