from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("announcement.written", _("Announcement written for {audience}")),
    EventKind("announcement.changed", _("Announcement changed: {fields}")),
    EventKind("announcement.withdrawn", _("Announcement withdrawn")),
)
