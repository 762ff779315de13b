"""What the wing records, and what a partner reads of it. Never a rival's name, date or amount."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

SUBJECT = "deal"

declare(
    EventKind("deal.drafted", _("Draft saved"), partner=()),
    EventKind("deal.draft_changed", _("Draft changed"), partner=()),
    EventKind("deal.discarded", _("Draft discarded"), partner=()),
    EventKind(
        "deal.submitted", _("Registered; the place in line is fixed"), partner=("priority_at", "decision_due_at")
    ),
    EventKind("deal.assessed", _("Conflict check done: {findings} found, {blocking} blocking")),
    EventKind("deal.judged", _("Compared with {other}: {verdict}")),
    EventKind("deal.asked", _("Question asked"), partner=("fields", "answer_due_at")),
    EventKind("deal.answered", _("Question answered"), partner=("fields",)),
    EventKind(
        "deal.approved", _("Approved, protected until {protected_until}"), partner=("outcome", "protected_until")
    ),
    EventKind("deal.overridden", _("Approved before an earlier registration: {reason}")),
    EventKind("deal.rejected", _("Rejected under rule {clause}"), partner=("reason", "clause")),
    EventKind("deal.withdrawn", _("Withdrawn"), partner=("reason",)),
    EventKind("deal.won", _("Won"), partner=("closed_on",)),
    EventKind("deal.lost", _("Lost"), partner=("reason",)),
    EventKind("deal.expired", _("The protection has ended"), partner=("protected_until",)),
    EventKind("deal.lapsed", _("Lapsed: the question was not answered in time"), partner=()),
    EventKind("deal.reminded", _("Reminded: {days} days left"), partner=("days",)),
    EventKind("deal.shared", _("Shared with a colleague"), partner=()),
)
