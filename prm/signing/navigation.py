"""What receipts hang into the sockets of others."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from prm.notices import relay
from prm.operations.sockets import READINGS, Reading
from prm.portal.sockets import NAVIGATION, NavItem
from prm.signing.actions import sign_due
from prm.signing.models import Due, Fault


def _due(_now: datetime) -> int:
    return Due.objects.count()


def _broken(_now: datetime) -> int:
    return Fault.objects.count()


relay.ARRIVALS.register("signing.due", sign_due)
READINGS.register("receipts_due", Reading("receipts_due", _("Receipts still to be issued"), _due))
READINGS.register(
    "receipts_broken", Reading("receipts_broken", _("Receipts that do not verify"), _broken, alarming=True)
)
NAVIGATION.register("receipts", NavItem(_("Receipts"), "receipts", order=92, section=_("Programme")))
