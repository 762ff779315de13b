"""The verbs of an appeal: the partner asks once, somebody else than the first decider answers. And what is late."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from deals.appeals import notices, policies, rules
from deals.appeals.models import Appeal, appeal_of, contested
from deals.appeals.selectors import appealable_until, asked_first
from deals.appeals.states import Outcome, Refusal
from deals.conflicts.selectors import asking, case_of, own_duplicate
from deals.decisions.discretion import check_names_nobody
from deals.decisions.locks import lock_decision
from deals.earnings.booking import book_compensation
from deals.punctuality.rules import closed_at
from deals.registrations import policies as registration_policies
from deals.registrations.actions import reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.linking import follow
from deals.registrations.locking import change, locked
from deals.registrations.models import Registration
from deals.registrations.states import Verb
from deals.rulebook import SCHEMA, DealRules
from prm.accounts.models import User
from prm.calendars.selectors import calendar_at
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import Current, current
from prm.rows import insert, update

SHORTEST = 20
BATCH = 500
DECISION_FIELDS = ("outcome", "reason", "message", "linked", "amount", "currency", "decided_at", "decided_by")


@transaction.atomic
def appeal(*, registration: Registration, text: str, proof: str = "", by: User, now: datetime) -> Registration:
    """Say, once and in time, why a rejection is wrong, or that some of the product lines were not approved.

    Raises InvalidInput for a text that says too little, StateConflict when there was an appeal before, when it is too
    late, when nothing was refused, or for a registration that an appeal has led to.
    """
    text, proof = text.strip(), proof.strip()
    if len(text) < SHORTEST:
        sentence = _("Tell why the decision is wrong, in at least %(count)d characters.")
        raise InvalidInput({"text": [sentence % {"count": SHORTEST}]})
    registration = locked(registration, verb=Verb.APPEAL, may=registration_policies.can_act_for_partner, by=by)
    _check_first_and_in_time(registration, now)
    version = current(SCHEMA, DealRules, now=now)
    judge = asked_first(registration)
    asked = Appeal(
        registration=registration,
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
    record_deal("deal.appealed", registration, by=by, now=now, data={"due_at": asked.due_at})
    notices.asked(registration, asked, now=now)
    doorbell.ring_after_commit()
    registration.appeal = asked
    return registration


def _check_first_and_in_time(registration: Registration, now: datetime) -> None:
    if registration.appeal_of_id or appeal_of(registration) is not None:
        sentence = _("There is one appeal, and this one has had it.")
        raise StateConflict(sentence, state=registration.state, code="appealed_before")
    if not contested(registration):
        raise StateConflict(_("Everything was approved."), state=registration.state, code="nothing_refused")
    until = appealable_until(registration)
    if until is None or until <= now:
        raise StateConflict(_("It is too late to appeal."), state=registration.state, code="too_late")


@transaction.atomic
def decide_appeal(
    *,
    registration: Registration,
    outcome: str,
    reason: str = "",
    message: str,
    amount: Decimal | None = None,
    currency: str = "",
    by: User,
    now: datetime,
) -> Registration:
    """Refuse it, register it again in its old place, or compensate the partner where somebody else is protected.

    Raises StateConflict when nothing waits, when the customer is taken (code `protected`) or, for a compensation, when
    it is not (code `free`); InvalidInput for what is missing, NotAllowed for who decided the first time.
    """
    if not policies.can_decide(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    if outcome != Outcome.REFUSED:
        lock_decision(registration, now=now)
    registration = locked(registration, verb=Verb.APPEAL_DECISION, may=policies.can_decide, by=by)
    found = appeal_of(registration)
    if found is None or found.decided_at is not None:
        raise StateConflict(_("No appeal waits for a decision."), state=registration.state)
    _check(registration, outcome, reason, message, amount, currency)
    version = current(SCHEMA, DealRules, now=now)
    found.outcome, found.message = outcome, message.strip()
    found.decided_at, found.decided_by = now, by
    match outcome:
        case Outcome.REINSTATED:
            found.linked = reinstate(registration, version, by=by, now=now)
        case Outcome.COMPENSATED:
            _compensate(registration, found, amount or Decimal(0), version, by, now)
        case _:
            found.reason = reason
    update(found, *DECISION_FIELDS)
    record_deal(f"deal.appeal_{outcome}", registration, by=by, now=now, data=_told(found))
    notices.decided(registration, found, now=now)
    doorbell.ring_after_commit()
    registration.appeal = found
    return registration


def _check(
    registration: Registration, outcome: str, reason: str, message: str, amount: Decimal | None, currency: str
) -> None:
    errors: dict[str, list[str]] = {}
    if outcome not in Outcome.values:
        errors["outcome"] = [_("Choose an answer from the list.")]
    if outcome == Outcome.REFUSED and reason not in Refusal.values:
        errors["reason"] = [_("Choose a reason from the list.")]
    if not message.strip():
        errors["message"] = [_("Tell the partner why.")]
    if outcome == Outcome.COMPENSATED:
        errors |= _wrong_money(registration, amount, currency)
    if errors:
        raise InvalidInput(errors)
    check_names_nobody(registration, message)


def _wrong_money(registration: Registration, amount: Decimal | None, currency: str) -> dict[str, list[str]]:
    if currency and currency != registration.currency:
        said = {"currency": registration.currency}
        return {"amount": [_("Give the amount in %(currency)s, as registered.") % said]}
    if not rules.is_payable(amount, registration.currency, most=registration.value):
        most = {"most": f"{registration.value or 0:.2f} {registration.currency}"}
        return {"amount": [_("Give an amount above nothing and at most the deal's value, %(most)s.") % most]}
    return {}


def reinstate(registration: Registration, version: Current[DealRules], *, by: User, now: datetime) -> Registration:
    """Register a refused one again in its old place; inside the verb of `by`, under the locks of the customer.

    Raises StateConflict when somebody else is protected (code `protected`) or the partner has registered it anew.
    """
    if not _free(registration, version, now):
        sentence = _("The customer is protected for another partner by now. Compensate the partner instead.")
        raise StateConflict(sentence, state=registration.state, code="protected")
    own = own_duplicate(asking(registration, now), _refused(registration))
    if own is not None:
        sentence = _("The partner has registered it again: %(reference)s. Ask them to withdraw that first.")
        raise StateConflict(sentence % {"reference": own.reference}, state=registration.state, code="own_duplicate")
    end_provisional(registration, by, now)
    return follow(registration, contested(registration), deal_rules=version.values, by=by, now=now)


def _free(registration: Registration, version: Current[DealRules], now: datetime) -> frozenset[int]:
    case = case_of(registration, now=now)
    return rules.still_free(case.found(version.values), _refused(registration))


def _refused(registration: Registration) -> frozenset[int]:
    return frozenset(line.product_id for line in contested(registration))


def end_provisional(registration: Registration, by: User, now: datetime) -> None:
    """The old place in line protects from now on: nobody behind it is approved before it is decided."""
    since = registration.provisional_at
    if since is None or registration.provisional_ended_at is not None:
        return
    end = closed_at(now, since)
    registration.protections.all().release(end)
    registration.provisional_until = registration.provisional_ended_at = end
    change(registration, "provisional_until", "provisional_ended_at")
    record_deal("deal.provisional_ended", registration, by=by, now=now)
    reassess_those_waiting_for([registration.public_id])


def _compensate(
    registration: Registration, found: Appeal, amount: Decimal, version: Current[DealRules], by: User, now: datetime
) -> None:
    if _free(registration, version, now) == _refused(registration):
        sentence = _("Nobody else is protected for the customer: register it again in its old place.")
        raise StateConflict(sentence, state=registration.state, code="free")
    found.amount, found.currency = amount, registration.currency
    book_compensation(registration, amount, cause="appeal", deal_rules=version.values, by=by, now=now)


def _told(found: Appeal) -> dict[str, str]:
    """Ids, codes and money: what the partner may read of it."""
    if found.linked is not None:
        return {"deal": found.linked.public_id}
    if found.amount is not None:
        return {"amount": str(found.amount), "currency": found.currency}
    return {"reason": found.reason}


def escalate_due(*, now: datetime) -> int:
    """Appeals whose answer has missed its date go to everybody who may decide; each is told once. How many."""
    total = 0
    while done := _escalate_batch(now):
        total += done
    return total


@transaction.atomic
def _escalate_batch(now: datetime) -> int:
    rows = Appeal.objects.to_escalate(now).select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    late = list(rows.select_related("registration__partner__organisation", "assigned_to")[:BATCH])
    for found in late:
        found.escalated_at = now
        update(found, "escalated_at")
        record_deal("deal.appeal_escalated", found.registration, by=None, now=now, data={"due_at": found.due_at})
    notices.late(late, now=now)
    return len(late)
