"""The verbs of a cut that needs consent: we propose lower terms, the partner answers, and nothing changes before."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.amendments import notices, policies, rules
from deals.amendments.models import Amendment
from deals.amendments.selectors import earned_for_good, open_of
from deals.amendments.states import AmendmentState
from deals.decisions.discretion import check_names_nobody
from deals.earnings.actions import book_ended_years
from deals.engagement.policies import is_waiting
from deals.engagement.states import STANDING
from deals.registrations.events import record_deal
from deals.registrations.locking import change, locked_while
from deals.registrations.models import Registration
from deals.registrations.quotes import ONCE, YEARLY
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Outcome, State
from deals.rulebook import SCHEMA, DealRules, percent
from prm.accounts.models import User
from prm.audit.kinds import Noted
from prm.audit.models import Event
from prm.errors import InvalidInput, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current
from prm.rows import insert, update

BATCH = 100
WRONG = {
    rules.OUT_OF_RANGE: gettext_lazy("Give a share of at least nothing and at most all of it."),
    rules.NOT_PAID: gettext_lazy("The terms do not pay this."),
    rules.NOT_LOWER: gettext_lazy(
        "This is not lower than the %(rate)s of the terms. A raise needs nobody's consent and is not proposed here."
    ),
    rules.EARNED: gettext_lazy("This is earned already and stands in the ledger: it is not cut afterwards."),
}


@transaction.atomic
def propose_amendment(
    *,
    registration: Registration,
    once: Decimal | None = None,
    yearly: Decimal | None = None,
    reason: str,
    by: User,
    now: datetime,
) -> Registration:
    """Ask the partner for its consent to a lower share of what is earned once, of what comes each year, or of both.

    Raises InvalidInput for a share that is not lower or is earned already, and for no reason; StateConflict when a
    proposal or an appeal about the engagement waits, or when two partners share the deal.
    """
    registration = locked_while(registration, states=STANDING, may=policies.can_propose, by=by)
    _check_nothing_waits(registration)
    rates = {ONCE: once, YEARLY: yearly}
    _check(registration, rates, reason)
    version = current(SCHEMA, DealRules, now=now)
    found = Amendment(
        registration=registration,
        once=once,
        yearly=yearly,
        reason=reason.strip(),
        terms_before=registration.terms,
        terms_after=rules.lowered(registration.terms, rates),
        proposed_at=now,
        proposed_by=by,
        due_at=rules.answer_due(now, version.values, calendar_of(registration.partner, now)),
        policy=version.version,
    )
    insert(found)
    _record("proposed", registration, found, by, now, due_at=found.due_at)
    notices.proposed(registration, found, now=now)
    doorbell.ring_after_commit()
    return registration


def _check_nothing_waits(registration: Registration) -> None:
    if registration.outcome == Outcome.TEAMING or registration.teaming_due_at is not None:
        sentence = _("Two partners share this deal, or are asked to: its terms are not one partner's to change.")
        raise StateConflict(sentence, state=registration.state, code="shared")
    if is_waiting(registration):
        sentence = _("The partner appeals about the engagement: answer that first.")
        raise StateConflict(sentence, state=registration.state, code="appealed")
    if open_of(registration) is not None:
        sentence = _("The partner is asked already: take that back first, or wait for the answer.")
        raise StateConflict(sentence, state=registration.state, code="proposed_before")


def _check(registration: Registration, rates: dict[str, Decimal | None], reason: str) -> None:
    errors: dict[str, list[str]] = {}
    frozen = rules.rates_of(registration.terms)
    for what, code in rules.wrong(registration.terms, rates, earned=earned_for_good(registration)).items():
        errors[what] = [str(WRONG[code]) % {"rate": percent(frozen.get(what, Decimal(0)))}]
    if not errors and not any(rate is not None for rate in rates.values()):
        errors[ONCE] = [_("Say which share is to be lower.")]
    if not reason.strip():
        errors["reason"] = [_("Tell the partner why.")]
    if errors:
        raise InvalidInput(errors)
    check_names_nobody(registration, reason, field="reason")


@transaction.atomic
def answer_amendment(
    *, registration: Registration, accept: bool, text: str = "", by: User, now: datetime
) -> Registration:
    """Consent to the lower terms, which are frozen anew, or decline: then all stays as it was.

    What is booked stays; years that have ended by now are booked first. Raises StateConflict when nothing waits.
    """
    registration = locked_while(registration, states=STANDING, may=policies.can_answer, by=by)
    found = open_of(registration)
    if found is None or found.due_at <= now:
        raise _nothing_waits(registration)
    if accept and registration.next_yearly_on is not None:
        book_ended_years(registration, now)
    found.state = AmendmentState.AGREED if accept else AmendmentState.DECLINED
    found.answered_at, found.answered_by, found.text = now, by, text.strip()
    # The consent is written first: the registration takes no terms that nobody has agreed to.
    update(found, "state", "answered_at", "answered_by", "text")
    if accept:
        registration.terms = found.terms_after
        change(registration, "terms")
    _record(found.state, registration, found, by, now)
    notices.answered(registration, found, now=now)
    doorbell.ring_after_commit()
    return registration


@transaction.atomic
def withdraw_amendment(*, registration: Registration, by: User, now: datetime) -> Registration:
    """Take the proposal back before it is answered."""
    registration = locked_while(registration, states=STANDING, may=policies.can_propose, by=by)
    found = open_of(registration)
    if found is None:
        raise _nothing_waits(registration)
    _close(registration, found, AmendmentState.WITHDRAWN, by, now)
    doorbell.ring_after_commit()
    return registration


def _nothing_waits(registration: Registration) -> StateConflict:
    return StateConflict(_("No proposal waits for an answer."), state=registration.state)


def lapse_due(*, now: datetime) -> int:
    """End the proposals that were not answered in time, without any change; in batches, each once. How many."""
    total = 0
    while done := _lapse_batch(now):
        total += done
    return total


@transaction.atomic
def _lapse_batch(now: datetime) -> int:
    """The registrations are held first, as by every verb; what somebody answers right now is left alone."""
    waiting = Registration.objects.filter(pk__in=Amendment.objects.due(now).values("registration")).order_by("pk")
    held = list(waiting.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:BATCH])
    rows = Amendment.objects.due(now).filter(registration__in=held).order_by("pk")
    due = list(rows.select_related("registration__partner__organisation", "registration__partner__pam", "proposed_by"))
    for found in due:
        _close(found.registration, found, AmendmentState.LAPSED, None, now)
    return len(due)


def close_with_deals(kind: str, noted: Noted) -> None:
    """What becomes of a deal closes what is proposed for it, in the same transaction; a whole batch at once.

    A win leaves open what is only about the years to come, a refund all but what it ends.
    """
    deals = {subject: event for event, _kind, subject in noted}
    rows = Amendment.objects.open().filter(registration__public_id__in=deals)
    if kind == "deal.won":
        rows = rows.exclude(once=None)
    if kind == "deal.refunded":
        rows = rows.filter(registration__state=State.REVERSED)
    people = ("registration__partner__organisation", "registration__partner__pam", "proposed_by")
    for found in rows.select_related(*people).order_by("pk"):
        event = Event.objects.get(public_id=deals[found.registration.public_id])
        by = User.objects.filter(pk=event.actor_id or 0).first()
        _close(found.registration, found, AmendmentState.OVERTAKEN, by, event.at)


def _close(registration: Registration, found: Amendment, state: AmendmentState, by: User | None, now: datetime) -> None:
    found.state, found.ended_at, found.ended_by = state, now, by
    update(found, "state", "ended_at", "ended_by")
    _record(state, registration, found, by, now)
    notices.ended(registration, found, now=now)


def _record(
    what: str, registration: Registration, found: Amendment, by: User | None, now: datetime, **more: Any
) -> None:
    """With the shares as they were and as they are proposed."""
    data = {"amendment": found.public_id, **_shares(found), **more}
    record_deal(f"deal.terms_{what}", registration, by=by, now=now, data=data)


def _shares(found: Amendment) -> dict[str, str]:
    before, after = rules.rates_of(found.terms_before), rules.rates_of(found.terms_after)
    changed = {what: rate for what, rate in after.items() if rate != before[what]}
    told = {what: f"{rate.normalize():f}" for what, rate in changed.items()}
    return told | {f"{what}_before": f"{before[what].normalize():f}" for what in changed}
