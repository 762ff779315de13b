from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(EventKind("branding.changed", _("Branding changed: {fields}")))
