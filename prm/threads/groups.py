from django.utils.translation import gettext_lazy as _

from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "messages", Group(_("Questions and messages"), _("What somebody asks, answers or writes to you."), order=20)
)
declare("messages", "thread.posted", "thread.posted_internally")
