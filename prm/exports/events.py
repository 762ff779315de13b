from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("export.asked", _("Long export asked for: {list}, {file}")),
    EventKind("export.fetched", _("Long export downloaded: {list}, {file}")),
)
