from django.utils.translation import gettext_lazy as _

from prm.ledger.policies import READERS
from prm.portal.sockets import NAVIGATION, NavItem

NAVIGATION.register("earnings", NavItem(_("Earnings"), "earnings", order=35, permissions=frozenset(READERS)))
