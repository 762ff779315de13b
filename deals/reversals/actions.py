"""The verb that takes a wrong decision back."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from deals.appeals.actions import end_provisional, reinstate
from deals.appeals.rules import is_payable
from deals.conflicts.selectors import SOURCE
from deals.decisions.discretion import check_names_nobody
from deals.decisions.locks import lock_decision
from deals.earnings import notices as earning_notices
from deals.earnings.booking import book_compensation
from deals.events import SUBJECT
from deals.holds.actions import end_holds
from deals.punctuality.rules import closed_at
from deals.registrations.actions import reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.locking import change, locked
from deals.registrations.models import Registration
from deals.registrations.states import State, Verb
from deals.releases.opening import open_for
from deals.reversals import notices, policies
from deals.reversals.models import Reversal
from deals.reversals.states import Mistake
from deals.rulebook import SCHEMA, DealRules, clauses
from deals.teaming.closing import close_with, mates, record_for_all
from deals.teaming.ending import hold, overtake
from prm import matching
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.actions import take_back
from prm.notices import doorbell
from prm.policy.selectors import Current, current
from prm.rows import insert

ALL = Decimal(1)


@transaction.atomic
def reverse(
    *,
    registration: Registration,
    reason: str,
    clause: str,
    message: str,
    reinstated: bool = False,
    amount: Decimal | None = None,
    currency: str = "",
    by: User,
    now: datetime,
) -> Registration:
    """End an approval or a refusal that was wrong, for good. `clause` is the one that should have been applied.

    What an approval promised ends now; a refusal is `reinstated` in its old place, where the customer is free, or
    made good with an `amount`. Raises what `appeals.actions.reinstate` raises, StateConflict when an appeal has
    corrected it before, InvalidInput for what is missing.
    """
    registration = _decided(registration, reinstated, by, now)
    version = current(SCHEMA, DealRules, now=now)
    _check(registration, version, reason, clause, message, reinstated, amount, currency)
    found = Reversal(
        registration=registration,
        before=registration.state,
        decider=registration.decided_by,
        reason=reason,
        clause=clause,
        message=message.strip(),
        terms=registration.terms,
        amount=amount,
        currency=registration.currency if amount else "",
        policy=version.version,
        reversed_at=now,
        reversed_by=by,
    )
    _end(registration, by, now)
    if reinstated:
        found.linked = reinstate(registration, version, by=by, now=now)
    insert(found)
    told = {"reason": reason, "clause": clause, "before": found.before}
    closed = close_with(registration, now=now)
    if not reinstated:
        # What is registered again in its old place makes nobody's turn come.
        open_for([registration.public_id, *closed], now)
    reassess_those_waiting_for(closed)
    others = mates(registration)
    reversals = [found, *(_annul(mate, found) for mate in others)]
    record_for_all("deal.reversed", [registration, *others], by=by, now=now, data=told)
    _settle([registration, *others], found, version, by, now)
    for each in reversals:
        notices.reversed_(each.registration, each, now=now)
    doorbell.ring_after_commit()
    registration.reversal = found
    return registration


def _decided(registration: Registration, reinstated: bool, by: User, now: datetime) -> Registration:
    """The row, locked; behind every decision about the customer where it is to be registered again."""
    if not policies.can_reverse(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    if reinstated:
        lock_decision(registration, now=now)
    hold(registration)
    registration = locked(registration, verb=Verb.REVERSE, may=policies.can_reverse, by=by)
    if policies.is_corrected(registration):
        sentence = _("An appeal has corrected this decision already.")
        raise StateConflict(sentence, state=registration.state, code="corrected")
    return registration


def _check(
    registration: Registration,
    version: Current[DealRules],
    reason: str,
    clause: str,
    message: str,
    reinstated: bool,
    amount: Decimal | None,
    currency: str,
) -> None:
    errors: dict[str, list[str]] = {}
    if reason not in Mistake.values:
        errors["reason"] = [_("Choose a reason from the list.")]
    if clause not in {known.number for known in clauses(version.values)}:
        errors["clause"] = [_("Choose the rule that should have been applied.")]
    if not message.strip():
        errors["message"] = [_("Tell the partner why.")]
    if reinstated and (registration.state != State.REJECTED or amount is not None):
        errors["reinstated"] = [_("Only a refusal is registered again, and then nothing is paid for it.")]
    if amount is not None and _is_wrong(registration, amount, currency):
        most = {"most": f"{registration.value or 0:.2f} {registration.currency}"}
        errors["amount"] = [_("Give an amount above nothing and at most the deal's value, %(most)s.") % most]
    if errors:
        raise InvalidInput(errors)
    check_names_nobody(registration, message)


def _is_wrong(registration: Registration, amount: Decimal, currency: str) -> bool:
    foreign = bool(currency) and currency != registration.currency
    return foreign or not is_payable(amount, registration.currency, most=registration.value)


def _end(registration: Registration, by: User, now: datetime) -> None:
    """No more clocks, no protection, no terms. A request that waited for the decision has the older clock."""
    end_provisional(registration, by, now)
    if registration.state == State.APPROVED:
        overtake(registration, by=by, now=now)
        ended = closed_at(now, registration.decided_at or now)
        if registration.protected_until is not None:
            registration.protected_until = ended
        registration.protections.all().release(ended)
        end_holds(registration, now=now)
    registration.state, registration.terms = State.REVERSED, {}
    registration.ended_at, registration.ended_by = now, by
    registration.next_reminder_at = None
    change(registration, "state", "terms", "ended_at", "ended_by", "next_reminder_at", "protected_until")
    matching.remove(SOURCE, registration.pk)
    reassess_those_waiting_for([registration.public_id])


def _annul(mate: Registration, like: Reversal) -> Reversal:
    """Whoever shared the protection has its own: the same mistake, its own terms, and no compensation."""
    found = Reversal(
        registration=mate,
        before=like.before,
        decider=mate.decided_by,
        reason=like.reason,
        clause=like.clause,
        message=like.message,
        terms=mate.terms,
        policy=like.policy,
        reversed_at=like.reversed_at,
        reversed_by=like.reversed_by,
    )
    insert(found)
    mate.terms = {}
    change(mate, "terms")
    end_holds(mate, now=like.reversed_at)
    return found


def _settle(rows: list[Registration], found: Reversal, version: Current[DealRules], by: User, now: datetime) -> None:
    """Whatever was earned with them is taken back, paid or not; what is granted is written beside it."""
    registration = rows[0]
    for row in rows:
        entries = take_back(
            subject=(SUBJECT, row.public_id),
            cause=f"{row.public_id}-reversed",
            refunded=ALL,
            of=ALL,
            on=local_date(now, row.partner.organisation.time_zone),
            by=by,
            now=now,
        )
        earning_notices.reversed_(row, entries, now=now)
    if found.amount is not None:
        book_compensation(registration, found.amount, cause="reversal", deal_rules=version.values, by=by, now=now)
        told = {"amount": str(found.amount), "currency": found.currency}
        record_deal("deal.compensated", registration, by=by, now=now, data=told)
