from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(EventKind("events.exported", _("Events exported")))
