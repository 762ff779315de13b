from django.utils.translation import gettext_lazy as _

from prm.accounts.roles import Side
from prm.portal.sockets import NAVIGATION, NavItem
from prm.rates.policies import KEEPERS

NAVIGATION.register(
    "rates",
    NavItem(_("Rates of exchange"), "rates", order=37, sides=frozenset({Side.VENDOR}), permissions=frozenset(KEEPERS)),
)
