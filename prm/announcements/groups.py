from django.utils.translation import gettext_lazy as _

from prm.announcements.mailing import KIND
from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "announcements", Group(_("Announcements"), _("What the programme tells everybody, or people like you."), order=50)
)
declare("announcements", KIND)
