from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

RATE = "rate"

declare(
    EventKind("rate.recorded", _("Rate of exchange recorded: 1 {base} = {value} {quote} on {on}")),
    EventKind("rate.corrected", _("Rate of exchange corrected: 1 {base} = {value} {quote} on {on}")),
    EventKind("rate.imported", _("Rates of exchange taken in: {new} new, {corrected} corrected")),
)
