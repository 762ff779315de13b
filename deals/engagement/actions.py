"""The verbs of an appeal against the confirmed engagement: the partner asks once, somebody else than who approved it
answers. What was claimed is restored with the rates of the approval, or it stays with a reason."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from deals.appeals import rules
from deals.appeals.selectors import asked_first
from deals.appeals.states import Refusal
from deals.decisions.discretion import check_names_nobody
from deals.decisions.terms import frozen_terms
from deals.earnings.booking import book_difference
from deals.engagement import notices, policies
from deals.engagement.models import EngagementAppeal, engagement_appeal_of
from deals.engagement.selectors import appealable_until
from deals.engagement.states import STANDING, Outcome
from deals.registrations import policies as registration_policies
from deals.registrations.events import record_deal
from deals.registrations.locking import change, locked_while
from deals.registrations.models import Registration
from deals.registrations.states import Outcome as Approval
from deals.registrations.states import State
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.calendars.selectors import calendar_at
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current, values_of
from prm.rows import insert, update

SHORTEST = 20
BATCH = 500
DECISION_FIELDS = ("outcome", "reason", "message", "terms_before", "terms_after", "decided_at", "decided_by")


@transaction.atomic
def appeal_engagement(
    *, registration: Registration, text: str, proof: str = "", by: User, now: datetime
) -> Registration:
    """Say, once and in time, why the part that was registered should count.

    Raises InvalidInput for a text that says too little; StateConflict when there was an appeal before, when it is too
    late, when nothing was lowered, or when two partners share the deal.
    """
    text, proof = text.strip(), proof.strip()
    if len(text) < SHORTEST:
        sentence = _("Tell what your part in the deal is, in at least %(count)d characters.")
        raise InvalidInput({"text": [sentence % {"count": SHORTEST}]})
    may = registration_policies.can_act_for_partner
    registration = locked_while(registration, states=STANDING, may=may, by=by)
    _check_first_and_in_time(registration, now)
    version = current(SCHEMA, DealRules, now=now)
    judge = asked_first(registration)
    asked = EngagementAppeal(
        registration=registration,
        claimed=registration.claimed_engagement,
        confirmed=registration.engagement,
        text=text,
        proof=proof,
        decider=registration.decided_by,
        asked_at=now,
        asked_by=by,
        due_at=rules.decision_due(now, version.values, calendar_at(judge, now)),
        assigned_to=judge,
        policy=version.version,
    )
    insert(asked)
    record_deal("deal.engagement_appealed", registration, by=by, now=now, data={"due_at": asked.due_at})
    notices.asked(registration, asked, now=now)
    doorbell.ring_after_commit()
    registration.engagement_appeal = asked
    return registration


def _check_first_and_in_time(registration: Registration, now: datetime) -> None:
    _check_not_shared(registration)
    if engagement_appeal_of(registration) is not None:
        sentence = _("There is one appeal, and this one has had it.")
        raise StateConflict(sentence, state=registration.state, code="appealed_before")
    until = appealable_until(registration)
    if until is None:
        sentence = _("Nothing was lowered that you have not agreed to: there is nothing to appeal against.")
        raise StateConflict(sentence, state=registration.state, code="nothing_lowered")
    if until <= now:
        raise StateConflict(_("It is too late to appeal."), state=registration.state, code="too_late")


def _check_not_shared(registration: Registration) -> None:
    if registration.outcome == Approval.TEAMING:
        sentence = _("Two partners share this deal, and both have accepted their part in it.")
        raise StateConflict(sentence, state=registration.state, code="shared")


@transaction.atomic
def decide_engagement(
    *, registration: Registration, outcome: str, reason: str = "", message: str, by: User, now: datetime
) -> Registration:
    """Restore the part that was registered and freeze the terms anew, or keep it as it was confirmed.

    Of a won deal the difference is booked. Raises StateConflict when nothing waits, InvalidInput for what is missing,
    NotAllowed for who approved it.
    """
    if not policies.can_decide(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    registration = locked_while(registration, states=STANDING, may=policies.can_decide, by=by)
    _check_not_shared(registration)
    found = engagement_appeal_of(registration)
    if found is None or found.decided_at is not None:
        raise StateConflict(_("No appeal waits for a decision."), state=registration.state)
    _check(registration, outcome, reason, message)
    found.outcome, found.message = outcome, message.strip()
    found.decided_at, found.decided_by = now, by
    if outcome == Outcome.UPHELD:
        _restore(registration, found, by, now)
        told = {"engagement": registration.engagement}
    else:
        found.reason = reason
        update(found, *DECISION_FIELDS)
        told = {"reason": reason}
    record_deal(f"deal.engagement_{outcome}", registration, by=by, now=now, data=told)
    notices.decided(registration, found, now=now)
    doorbell.ring_after_commit()
    registration.engagement_appeal = found
    return registration


def _check(registration: Registration, outcome: str, reason: str, message: str) -> None:
    errors: dict[str, list[str]] = {}
    if outcome not in Outcome.values:
        errors["outcome"] = [_("Choose an answer from the list.")]
    if outcome == Outcome.KEPT and reason not in Refusal.values:
        errors["reason"] = [_("Choose a reason from the list.")]
    if not message.strip():
        errors["message"] = [_("Tell the partner why.")]
    if errors:
        raise InvalidInput(errors)
    check_names_nobody(registration, message)


def _restore(registration: Registration, found: EngagementAppeal, by: User, now: datetime) -> None:
    """The answer is written first: the registration takes no terms that no answer holds."""
    if registration.policy is None:
        raise AssertionError("an approval has its rules")
    before = registration.terms
    registration.engagement = found.claimed
    anew = frozen_terms(registration, values_of(registration.policy, DealRules))
    # Prices that are held stay held.
    registration.terms = anew | {name: before[name] for name in ("holds",) if name in before}
    found.terms_before, found.terms_after = before, registration.terms
    update(found, *DECISION_FIELDS)
    change(registration, "engagement", "terms")
    if registration.state == State.WON:
        book_difference(registration, before, cause="engagement", by=by, now=now)


def escalate_due(*, now: datetime) -> int:
    """Appeals whose answer has missed its date go to everybody who may decide; each is told once. How many."""
    total = 0
    while done := _escalate_batch(now):
        total += done
    return total


@transaction.atomic
def _escalate_batch(now: datetime) -> int:
    rows = EngagementAppeal.objects.to_escalate(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    late = list(rows.select_related("registration__partner__organisation", "assigned_to")[:BATCH])
    for found in late:
        found.escalated_at = now
        update(found, "escalated_at")
        data = {"due_at": found.due_at}
        record_deal("deal.engagement_appeal_escalated", found.registration, by=None, now=now, data=data)
    notices.late(late, now=now)
    return len(late)
