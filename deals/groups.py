"""What people choose for when the wing tells them of registrations."""

from django.utils.translation import gettext_lazy as _

from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "decisions",
    Group(_("Registrations and decisions"), _("Registered, to be decided, decided, won, lost, withdrawn."), order=10),
)
GROUPS.register(
    "deadlines", Group(_("Reminders and deadlines"), _("What ends soon, and what has ended by its date."), order=30)
)
declare(
    "decisions",
    *("deal.submitted", "deal.to_decide", "deal.approved", "deal.rejected"),
    *("deal.withdrawn", "deal.won", "deal.lost"),
)
declare("messages", "deal.asked", "deal.answered")
declare("deadlines", "deal.reminded", "deal.expired", "deal.lapsed")
