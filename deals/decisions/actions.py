"""The reviewer's verbs: approve, ask, reject."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import ExclusionViolation

from deals.conflicts import rules as conflict_rules
from deals.conflicts.actions import store
from deals.conflicts.selectors import findings_for
from deals.decisions.accounts import named_account, resolve_account
from deals.decisions.discretion import check_names_nobody
from deals.decisions.locks import check_unchanged, lock_decision
from deals.decisions.terms import frozen_terms
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations import notices, policies, rules
from deals.registrations.actions import SOURCE, reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.line import await_places
from deals.registrations.locking import change, conflict, locked
from deals.registrations.models import Registration
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Engagement, Outcome, OverrideReason, RejectReason, State, Verb
from deals.rulebook import CLAUSE_OF, SCHEMA, DealRules
from partners.models import Account
from prm import matching
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.policy.selectors import Current, current


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

    `account` is "new", a public id, or "" for the account that the assessment under the lock holds for
    the same customer; `products` a part of the registered lines (None: all). Raises StateConflict when a
    protection or an earlier undecided registration stands in the way, InvalidInput for the rest.
    """
    _may_decide(registration, by)
    # First, with nothing in its hands: nobody waits for this one while it waits for a submission.
    await_places()
    known = lock_decision(registration, named_account(account, by=by), now=now)
    asked, registration = registration, locked(registration, verb=Verb.APPROVE, may=policies.can_decide, by=by)
    check_unchanged(asked, registration)
    version = current(SCHEMA, DealRules, now=now)
    chosen = _chosen(registration, products)
    _check_reasons(registration, engagement, override_reason, message, by)
    found = findings_for(registration, known=known, now=now)
    overridden = _check_way_is_free(registration, found, chosen, override_reason)
    registration.account = resolve_account(registration, account, found, by=by, now=now)
    registration.engagement = engagement or registration.engagement
    _decide(registration, version, by, now, state=State.APPROVED, message=message, clause="4.1")
    registration.outcome = outcome
    zone = registration.partner.organisation.time_zone
    until = rules.protection_end(now, version.values, zone)
    registration.protected_until = until
    registration.next_reminder_at = rules.next_reminder(until, version.values.reminder_days, zone, now)
    registration.terms = frozen_terms(registration, version.values)
    if override_reason:
        registration.override_reason, registration.override_text = rules.coded(
            override_reason, OverrideReason.values, OverrideReason.OTHER
        )
    change(registration, *DECISION_FIELDS, *APPROVAL_FIELDS)
    _protect(registration, chosen, now, until)
    store(registration, found, now=now)
    shown = {"outcome": outcome, "protected_until": until, "account": registration.account.public_id}
    record_deal("deal.approved", registration, by=by, now=now, data=shown)
    if overridden is not None:
        data = {"reason": registration.override_reason, "over": overridden.subject[1]}
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
    _check_text(registration, message)
    version = current(SCHEMA, DealRules, now=now)
    _decide(registration, version, by, now, state=State.REJECTED, message=message, clause=CLAUSE_OF[reason])
    registration.decision_reason = reason
    change(registration, *DECISION_FIELDS, "decision_reason")
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
    _check_text(registration, message)
    version = current(SCHEMA, DealRules, now=now)
    if rules.pauses(registration.asks, version.values):
        registration.clock_paused_at = now
    registration.state = State.ASKED
    registration.asks += 1
    registration.asked_at, registration.asked_by = now, by
    registration.asked_message, registration.asked_fields = message, sorted(set(fields))
    registration.answer_message = ""
    registration.answer_due_at = calendar_of(registration.partner).due(now, version.values.answer_business_days)
    change(
        registration,
        *("state", "asks", "asked_at", "asked_by", "asked_message", "asked_fields", "answer_message"),
        *("answer_due_at", "clock_paused_at"),
    )
    data = {"fields": registration.asked_fields, "answer_due_at": registration.answer_due_at}
    record_deal("deal.asked", registration, by=by, now=now, data=data)
    notices.asked(registration, now=now)
    return registration


DECISION_FIELDS = (
    *("state", "decided_at", "decided_by", "decision_message", "decision_clause", "policy"),
    "clock_paused_at",
)
APPROVAL_FIELDS = (
    *("account", "engagement", "outcome", "protected_until", "next_reminder_at", "terms"),
    *("override_reason", "override_text"),
)


def _may_decide(registration: Registration, by: User) -> None:
    """Asked before the lock too: nobody without the right may keep the others waiting."""
    if not policies.can_decide(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))


def _decide(
    registration: Registration,
    version: Current[DealRules],
    by: User,
    now: datetime,
    *,
    state: State,
    message: str,
    clause: str,
) -> None:
    registration.state = state
    registration.decided_at, registration.decided_by = now, by
    registration.decision_message, registration.decision_clause = message, clause
    registration.policy = version.version
    registration.clock_paused_at = None


def _chosen(registration: Registration, products: Iterable[ProductLine] | None) -> frozenset[int]:
    """Ids of the product lines to approve; the decision is noted on each line."""
    lines = list(registration.lines.all())
    wanted = {line.product_id for line in lines} if products is None else {product.pk for product in products}
    if not wanted or not wanted <= {line.product_id for line in lines}:
        raise InvalidInput({"products": [_("Choose at least one of the registered products.")]})
    for line in lines:
        line.approved = line.product_id in wanted
        line.save(update_fields=["approved"])
    return frozenset(wanted)


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


def _check_way_is_free(
    registration: Registration, found: list[conflict_rules.Found], chosen: frozenset[int], override: str
) -> conflict_rules.Found | None:
    """The finding that was overridden, if any. Only vendor staff read these sentences, so they may name the rival."""
    protection = conflict_rules.protection_in_the_way(found, chosen)
    if protection is not None:
        raise StateConflict(
            _("The customer is protected for another partner: %(rival)s. This registration is now: %(state)s.")
            % {"rival": _name(protection), "state": registration.get_state_display()},
            state=registration.state,
            code="protected",
        )
    earlier = conflict_rules.needs_override(found, chosen)
    if earlier is not None and not override.strip():
        raise StateConflict(
            _("An earlier registration is undecided: %(rival)s. Decide it first, or give a reason to override.")
            % {"rival": _name(earlier)},
            state=registration.state,
            code="earlier_undecided",
        )
    return earlier


def _name(found: conflict_rules.Found) -> str:
    rival = Registration.objects.select_related("partner__organisation").get(public_id=found.subject[1])
    return f"{rival.reference} ({rival.partner.organisation.name}, {rival.customer_name})"


def _protect(registration: Registration, products: frozenset[int], now: datetime, until: datetime) -> None:
    """Write the protections; the exclusion constraint is the wall behind the lock."""
    account: Account | None = registration.account
    if account is None:
        raise AssertionError("an approval has resolved its account")
    try:
        with transaction.atomic():
            Protection.objects.bulk_create(
                [
                    Protection(registration=registration, account=account, product_id=product, period=(now, until))
                    for product in sorted(products)
                ]
            )
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        undecided = Registration.objects.get(pk=registration.pk)
        undecided.state = State.SUBMITTED
        raise conflict(undecided) from error
