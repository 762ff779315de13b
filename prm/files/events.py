from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("file.stored", _("File kept: {kind}, {size} bytes")),
    EventKind("file.hung", _("File put to {on}")),
)
