from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("policy.taken_back", _("Planned rules taken back: {schema}, version {number}")),
    EventKind("policy.acknowledged", _("Rules acknowledged: version {number}"), partner=("number",)),
)
