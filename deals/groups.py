"""What people choose for when the wing tells them of registrations."""

from django.utils.translation import gettext_lazy as _

from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "decisions",
    Group(_("Registrations and decisions"), _("Registered, to be decided, decided, won, lost, withdrawn."), order=10),
)
GROUPS.register(
    "deadlines", Group(_("Reminders and deadlines"), _("What ends soon, and what has ended by its date."), order=30)
)
declare(
    "decisions",
    *("deal.submitted", "deal.to_decide", "deal.approved", "deal.rejected"),
    *("deal.withdrawn", "deal.won", "deal.lost", "deal.extension_to_decide", "deal.extension_decided"),
    *("deal.teaming_proposed", "deal.teamed", "deal.teaming_ended"),
    *("deal.escalated", "deal.protected_provisionally", "deal.first_refusal", "deal.first_in_line"),
    *("deal.direct_case", "deal.direct_contact"),
    *("deal.appeal_to_decide", "deal.appeal_late", "deal.appeal_decided", "deal.reversed"),
    *("deal.terms_proposed", "deal.terms_answered", "deal.terms_ended"),
    *("deal.engagement_to_decide", "deal.engagement_late", "deal.engagement_decided"),
)
declare("decisions", "record.to_decide", "record.decided")
declare("deadlines", "record.reminded", "record.ended")
GROUPS.register("earnings", Group(_("Earnings and payments"), _("What was earned, taken back and paid."), order=25))
declare("earnings", "earnings.earned", "earnings.taken_back", "earnings.rebate")
declare("earnings", "earnings.compensated", "earnings.reversed")
declare("messages", "deal.asked", "deal.answered")
declare("deadlines", "deal.reminded", "deal.expired", "deal.lapsed", "deal.price_hold_ending", "deal.refusal_passed")
