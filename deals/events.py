"""What the wing records, and what a partner reads of it. Never a rival's name, date or amount."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

SUBJECT = "deal"
# Of a proposal to lower terms: which one, and the shares before and after.
SHARES = ("amendment", "once", "once_before", "yearly", "yearly_before")

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
    EventKind(
        "deal.escalated",
        _("Not decided by {decision_due_at}: a second account manager may decide too"),
        partner=("decision_due_at", "provisional_due_at"),
    ),
    EventKind(
        "deal.protected_provisionally",
        _("Protected provisionally, until the decision and some days after it"),
        partner=(),
    ),
    EventKind("deal.provisional_held_back", _("No provisional protection: {because}")),
    EventKind("deal.provisional_ended", _("The provisional protection has ended"), partner=()),
    EventKind("deal.answered", _("Question answered"), partner=("fields",)),
    EventKind(
        "deal.approved", _("Approved, protected until {protected_until}"), partner=("outcome", "protected_until")
    ),
    EventKind("deal.approved_non_exclusive", _("Approved without a protection"), partner=("outcome",)),
    EventKind(
        "deal.teaming_proposed",
        _("Asked to share the protection, {share} of what it earns; answer by {due_at}"),
        partner=("share", "due_at"),
    ),
    EventKind("deal.teaming_accepted", _("Ready to share the protection"), partner=()),
    EventKind("deal.teaming_declined", _("Not ready to share the protection"), partner=()),
    EventKind("deal.teaming_ended", _("The team that was proposed does not come about"), partner=()),
    EventKind(
        "deal.teamed",
        _("Shared by two partners, protected until {protected_until}"),
        partner=("outcome", "protected_until"),
    ),
    EventKind("deal.overridden", _("Approved before an earlier registration: {reason}")),
    EventKind("deal.rejected", _("Rejected under rule {clause}"), partner=("reason", "clause")),
    EventKind("deal.withdrawn", _("Withdrawn"), partner=("reason",)),
    EventKind("deal.won", _("Won"), partner=("closed_on",)),
    EventKind("deal.won_early", _("Won {hours} hours after the approval, with a reason"), partner=("hours",)),
    EventKind("deal.refunded", _("Refunded: {amount} {currency}"), partner=("amount", "currency")),
    EventKind("deal.year_earned", _("Year {year} of managing is earned"), partner=("year",)),
    EventKind(
        "deal.year_not_earned",
        _("Year {year} of managing earns nothing"),
        partner=("year",),
    ),
    EventKind(
        "deal.price_hold_ending",
        _("The price of {product} is held until {until}"),
        partner=("product", "until"),
    ),
    EventKind(
        "rebate.earned",
        _("Volume rebate of {period}: {amount} {currency}"),
        partner=("period", "amount", "currency"),
    ),
    EventKind("deal.lost", _("Lost"), partner=("reason",)),
    EventKind("deal.expired", _("The protection has ended"), partner=("protected_until",)),
    EventKind("deal.extension_asked", _("Extension asked for, until {until}"), partner=("until", "due_at")),
    EventKind("deal.extension_granted", _("Extension granted, protected until {until}"), partner=("until",)),
    EventKind("deal.extension_refused", _("Extension refused, protected until {until}"), partner=("until",)),
    EventKind("deal.appealed", _("Appeal, to be answered by {due_at}"), partner=("due_at",)),
    EventKind("deal.appeal_escalated", _("The appeal was not answered by {due_at}"), partner=("due_at",)),
    EventKind("deal.appeal_refused", _("Appeal refused: {reason}"), partner=("reason",)),
    EventKind("deal.appeal_reinstated", _("Appeal upheld: registered again as {deal}"), partner=("deal",)),
    EventKind(
        "deal.appeal_compensated", _("Appeal upheld: {amount} {currency} granted"), partner=("amount", "currency")
    ),
    EventKind(
        "deal.engagement_appealed", _("Appeal about the engagement, to be answered by {due_at}"), partner=("due_at",)
    ),
    EventKind(
        "deal.engagement_appeal_escalated",
        _("The appeal about the engagement was not answered by {due_at}"),
        partner=("due_at",),
    ),
    EventKind(
        "deal.engagement_upheld",
        _("Appeal upheld: the engagement is {engagement}, terms are frozen anew"),
        partner=("engagement",),
    ),
    EventKind("deal.engagement_kept", _("The engagement stays as confirmed: {reason}"), partner=("reason",)),
    EventKind("deal.terms_proposed", _("Other terms proposed, answer by {due_at}"), partner=(*SHARES, "due_at")),
    EventKind("deal.terms_agreed", _("Other terms agreed"), partner=SHARES),
    EventKind("deal.terms_declined", _("Other terms declined; all stays as it was"), partner=SHARES),
    EventKind("deal.terms_withdrawn", _("The proposal of other terms is taken back"), partner=SHARES),
    EventKind(
        "deal.terms_lapsed", _("The proposal of other terms was not answered; all stays as it was"), partner=SHARES
    ),
    EventKind("deal.terms_overtaken", _("The proposal of other terms is closed"), partner=SHARES),
    EventKind("deal.reversed", _("Decision reversed: {reason}, rule {clause}"), partner=("reason", "clause")),
    EventKind("deal.compensated", _("Compensated: {amount} {currency}"), partner=("amount", "currency")),
    EventKind("deal.released", _("Free again: those who had asked are told one after the other")),
    EventKind("deal.refusal_offered", _("The customer is free: first refusal until {due_at}"), partner=("due_at",)),
    EventKind("deal.first_in_line", _("The customer is free, and this registration is first in line"), partner=()),
    EventKind("deal.taken_up", _("Taken up with first refusal; the place in line is kept"), partner=("priority_at",)),
    EventKind("deal.refusal_declined", _("First refusal declined"), partner=()),
    EventKind("deal.refusal_passed", _("First refusal has ended"), partner=()),
    EventKind("deal.lapsed", _("Lapsed: the question was not answered in time"), partner=()),
    EventKind("deal.reminded", _("Reminded: {days} days left"), partner=("days",)),
    EventKind("deal.shared", _("Shared with a colleague"), partner=()),
    EventKind("direct.opened", _("Direct opportunity entered")),
    EventKind("direct.changed", _("Direct opportunity changed")),
    EventKind("direct.attached", _("A partner is attached to the direct opportunity: {part}")),
    EventKind("direct.closed", _("Direct opportunity closed: {stage}")),
    EventKind("direct.touched", _("Our own sales were in touch on {on}")),
    EventKind("direct.touch_changed", _("The touch of {on} is put right")),
    EventKind("direct.touch_withdrawn", _("The touch of {on} is taken back")),
    EventKind("direct.case_opened", _("Our own sales met this protection; the case is due by {due_at}")),
    EventKind("direct.case_withdrawn", _("Our own seller stood back")),
    EventKind(
        "direct.case_decided", _("Our own sales were in touch with the customer: {outcome}"), partner=("outcome",)
    ),
    EventKind("tender.noted", _("Tender noted, published on {published_on}")),
    EventKind("tender.withdrawn", _("Tender of {published_on} taken back")),
    EventKind("rules.replayed", _("Decisions replayed under version {number} of the rules")),
)
