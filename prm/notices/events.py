from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("notice.retried", _("Tried to deliver a notice again")),
    EventKind("person.notifications_changed", _("Notifications changed: {choices}"), partner=("choices",)),
)
