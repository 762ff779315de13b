"""What is recorded of leads, and what a partner reads of its offers."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

LEAD, OFFER = "lead", "lead_offer"

declare(
    EventKind("lead.entered", _("Entered, from: {source}")),
    EventKind("lead.changed", _("Changed: {fields}")),
    EventKind("lead.returned", _("Nobody is left to ask; back with us")),
    EventKind("lead.again", _("Offered again, round {round}")),
    EventKind("lead.withdrawn", _("Withdrawn")),
    EventKind("lead.offered", _("Offered, to be answered by {due_at}"), partner=("due_at",)),
    EventKind("lead.reminded", _("Reminded of the answer due by {due_at}"), partner=("due_at",)),
    EventKind("lead.accepted", _("Accepted"), partner=()),
    EventKind("lead.declined", _("Declined: {reason}"), partner=("reason",)),
    EventKind("lead.lapsed", _("Not answered in time"), partner=()),
    EventKind("lead.offer_withdrawn", _("Taken back by the vendor"), partner=()),
    EventKind("lead.reported", _("Reported: {stage}"), partner=("stage",)),
    EventKind("lead.registering", _("Draft of a registration made"), partner=("deal",)),
    EventKind("lead.converted", _("Registered"), partner=("deal",)),
    EventKind("lead.lost", _("Lost: {reason}"), partner=("reason",)),
)
