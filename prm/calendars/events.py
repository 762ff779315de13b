from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("calendar.changed", _("Business days changed: {country} {subdivision}")),
    EventKind("calendar.days_taken_off", _("Days off from {first} to {last}")),
    EventKind("calendar.days_given_back", _("Works from {first} to {last} after all")),
)
