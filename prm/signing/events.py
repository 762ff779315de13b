from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("signing.key_made", _("New key for receipts; it signs from {signs_from}")),
    EventKind("signing.root_published", _("Root of {day} published")),
    EventKind("signing.broken", _("Receipts do not verify: {faults} faults")),
)
