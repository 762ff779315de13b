from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("filter.saved", _("View of {list} saved"), partner=("list",)),
    EventKind("filter.changed", _("View of {list} changed: {fields}"), partner=("list", "fields")),
    EventKind("filter.deleted", _("View of {list} deleted"), partner=("list",)),
)
