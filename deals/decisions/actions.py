"""The reviewer's verbs: approve, ask, reject."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from deals.conflicts.actions import store
from deals.conflicts.selectors import case_of
from deals.decisions.accounts import named_account, resolve_account
from deals.decisions.discretion import check_names_nobody
from deals.decisions.granting import (
    APPROVAL_FIELDS,
    CLAUSES,
    DECISION_FIELDS,
    check_way_is_free,
    choose,
    end_provisional,
    promise,
    protect,
    settle,
)
from deals.decisions.locks import check_unchanged, lock_decision
from deals.holds.actions import hold
from deals.holds.selectors import to_hold
from deals.precedence import CLAUSE_OF
from deals.products.models import ProductLine
from deals.registrations import notices, policies, rules
from deals.registrations.actions import SOURCE, reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.line import await_places
from deals.registrations.locking import change, locked
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Engagement, Outcome, OverrideReason, RejectReason, State, Verb
from deals.releases.opening import close_for, open_unrecorded
from deals.replays.keeping import keep_basis
from deals.rulebook import SCHEMA, DealRules
from prm import matching
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.policy.selectors import current


@transaction.atomic
def approve(
    *,
    registration: Registration,
    outcome: str = Outcome.EXCLUSIVE,
    account: str = "",
    products: Iterable[ProductLine] | None = None,
    engagement: str = "",
    override_reason: str = "",
    message: str = "",
    by: User,
    now: datetime,
) -> Registration:
    """Protect the customer for the partner, or say what stands in the way.

    `outcome` is exclusive, or non-exclusive: with terms, but without a protection.
    `account` is "new", a public id, or "" for the account that the assessment under the lock holds for
    the same customer; `products` a part of the registered lines (None: all). Raises StateConflict when a
    protection or an earlier undecided registration stands in the way, InvalidInput for the rest.
    """
    _may_decide(registration, by)
    if outcome not in ALONE:
        raise InvalidInput({"outcome": [_("Choose an outcome from the list.")]})
    # First, with nothing in its hands: nobody waits for this one while it waits for a submission.
    await_places()
    known = lock_decision(registration, named_account(account, by=by), now=now)
    asked, registration = registration, locked(registration, verb=Verb.APPROVE, may=policies.can_decide, by=by)
    check_unchanged(asked, registration)
    _check_nobody_is_asked(registration)
    version = current(SCHEMA, DealRules, now=now)
    chosen = choose(registration, products)
    open_unrecorded([found.pk for found, _match in known], now)
    _check_reasons(registration, engagement, override_reason, message, by)
    case = case_of(registration, known=known, now=now)
    found = case.found(version.values)
    overridden = check_way_is_free(registration, found, chosen, override_reason)
    registration.account = resolve_account(registration, account, found, by=by, now=now)
    registration.claimed_engagement = registration.engagement
    registration.engagement = engagement or registration.engagement
    registration.outcome = outcome
    settle(registration, version, by, now, state=State.APPROVED, message=message, clause=CLAUSES[outcome])
    prices = to_hold(registration, chosen, version.values, now)
    promise(registration, version.values, prices, now)
    if override_reason:
        registration.override_reason, registration.override_text = rules.coded(
            override_reason, OverrideReason.values, OverrideReason.OTHER
        )
    change(registration, *DECISION_FIELDS, *APPROVAL_FIELDS)
    hold(registration, prices, now=now)
    if registration.protected_until is not None:
        protect(registration, chosen, version.values, now, registration.protected_until)
        close_for(registration, chosen, now)
    store(registration, found, now=now)
    keep_basis(registration, case, version.values, products=chosen, now=now)
    _record_approval(registration, by, now)
    if overridden is not None:
        data = {"reason": registration.override_reason, "over": overridden.subject[1] or overridden.kind}
        record_deal("deal.overridden", registration, by=by, now=now, data=data)
    notices.approved(registration, now=now)
    reassess_those_waiting_for([registration.public_id])
    return registration


@transaction.atomic
def reject(*, registration: Registration, reason: str, message: str, by: User, now: datetime) -> Registration:
    """Say no, with a code, the clause it rests on, and a text for the partner."""
    if reason not in RejectReason.values:
        raise InvalidInput({"reason": [_("Choose a reason from the list.")]})
    registration = locked(registration, verb=Verb.REJECT, may=policies.can_decide, by=by)
    _check_nobody_is_asked(registration)
    _check_text(registration, message)
    version = current(SCHEMA, DealRules, now=now)
    settle(registration, version, by, now, state=State.REJECTED, message=message, clause=CLAUSE_OF[reason])
    registration.decision_reason = reason
    registration.provisional_until = end_provisional(registration, version.values, now)
    case = case_of(registration, now=now)
    change(registration, *DECISION_FIELDS, "decision_reason", "provisional_until")
    keep_basis(registration, case, version.values, products=frozenset(), now=now)
    if reason == RejectReason.ALREADY_PROTECTED:
        # By this it is found when that protection ends.
        store(registration, case.found(version.values), now=now)
    matching.remove(SOURCE, registration.pk)
    shown = {"reason": reason, "clause": registration.decision_clause}
    record_deal("deal.rejected", registration, by=by, now=now, data=shown)
    notices.rejected(registration, now=now)
    reassess_those_waiting_for([registration.public_id])
    return registration


@transaction.atomic
def ask(*, registration: Registration, message: str, fields: list[str], by: User, now: datetime) -> Registration:
    """Send it back with only the asked fields open (API paths); the place in line is kept."""
    unknown = [path for path in fields if path not in rules.ASKABLE]
    if unknown:
        raise InvalidInput({"fields": [_("%(field)s cannot be asked for.") % {"field": path} for path in unknown]})
    registration = locked(registration, verb=Verb.ASK, may=policies.can_decide, by=by)
    _check_nobody_is_asked(registration)
    _check_text(registration, message)
    version = current(SCHEMA, DealRules, now=now)
    if rules.pauses(registration.asks, version.values):
        registration.clock_paused_at = now
    registration.state = State.ASKED
    registration.asks += 1
    registration.asked_at, registration.asked_by = now, by
    registration.asked_message, registration.asked_fields = message, sorted(set(fields))
    registration.answer_message = ""
    calendar = calendar_of(registration.partner, now)
    registration.answer_due_at = calendar.due(now, version.values.answer_business_days)
    change(
        registration,
        *("state", "asks", "asked_at", "asked_by", "asked_message", "asked_fields", "answer_message"),
        *("answer_due_at", "clock_paused_at"),
    )
    data = {"fields": registration.asked_fields, "answer_due_at": registration.answer_due_at}
    record_deal("deal.asked", registration, by=by, now=now, data=data)
    notices.asked(registration, now=now)
    return registration


# Outcomes that are one partner's alone.
ALONE = frozenset({Outcome.EXCLUSIVE, Outcome.NON_EXCLUSIVE})


def _may_decide(registration: Registration, by: User) -> None:
    """Asked before the lock too: nobody without the right may keep the others waiting."""
    if not policies.can_decide(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))


def _check_nobody_is_asked(registration: Registration) -> None:
    """Two partners are thinking about a promise of ours: it is taken back before anything else is decided."""
    if registration.teaming_due_at is not None:
        sentence = _("Two partners are asked whether they share it. Take that back first, or wait for their answers.")
        raise StateConflict(sentence, state=registration.state, code="teaming")


def _check_reasons(registration: Registration, engagement: str, override_reason: str, message: str, by: User) -> None:
    errors: dict[str, list[str]] = {}
    if engagement and engagement not in Engagement.values:
        errors["engagement"] = [_("Choose an engagement from the list.")]
    elif engagement and engagement != registration.engagement and not message.strip():
        errors["message"] = [_("Tell the partner why the engagement is changed.")]
    if policies.must_give_reason(by, registration) and not override_reason.strip():
        errors["override_reason"] = [_("You decide in the place of the account manager: give a reason.")]
    if errors:
        raise InvalidInput(errors)
    check_names_nobody(registration, message)


def _check_text(registration: Registration, message: str) -> None:
    if not message.strip():
        raise InvalidInput({"message": [_("Tell the partner why.")]})
    check_names_nobody(registration, message)


def _record_approval(registration: Registration, by: User, now: datetime) -> None:
    account = registration.account.public_id if registration.account else ""
    shown: dict[str, Any] = {"outcome": registration.outcome, "account": account}
    if registration.protected_until is None:
        record_deal("deal.approved_non_exclusive", registration, by=by, now=now, data=shown)
    else:
        shown["protected_until"] = registration.protected_until
        record_deal("deal.approved", registration, by=by, now=now, data=shown)
