"""The partner's verbs. Each locks the row, checks the table of transitions, writes, records and promises."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from deals.conflicts.models import Finding
from deals.conflicts.selectors import asking, own_duplicate
from deals.events import SUBJECT
from deals.products.models import ProductLine
from deals.registrations import notices, policies, rules
from deals.registrations.events import record_deal
from deals.registrations.line import take_place
from deals.registrations.locking import change, locked, look_again
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare
from deals.registrations.reading import remember_lines
from deals.registrations.reference import draw_reference
from deals.registrations.selectors import calendar_of
from deals.registrations.sentences import MISSING
from deals.registrations.states import LossReason, State, Verb
from deals.registrations.twins import await_twins
from deals.rulebook import SCHEMA, DealRules
from partners.customers.actions import record_revenue
from partners.models import Partner
from prm import matching
from prm.accounts import attempts
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.notices import doorbell
from prm.policy.selectors import current
from prm.questions import Question
from prm.rows import insert

Lines = list[tuple[ProductLine, int]]
SOURCE = "registration"
DAY = 86_400
# The finest step of the database's clock.
INSTANT = timedelta(microseconds=1)
_partner_of = Question(
    lambda organisation: Partner.objects.select_related("organisation", "pam").filter(organisation=organisation), int
)


@transaction.atomic
def create_draft(
    *, values: Mapping[str, Any], lines: Lines, by: User, now: datetime, form_nonce: str = ""
) -> Registration:
    """A new draft of the person's organisation. `values` are field names of Registration.

    The same `form_nonce` again returns the draft it made: a form that is sent twice registers once.
    """
    if not policies.can_register(by):
        raise NotAllowed(_("Your role does not register deals."))
    partner = _partner_of.one(by.organisation.pk) if by.organisation else None
    if partner is None:
        raise NotAllowed(_("Your role does not register deals."))
    if form_nonce and (made := Registration.objects.filter(partner=partner, form_nonce=form_nonce).first()):
        return made
    registration = Registration(
        partner=partner,
        reference=draw_reference(),
        created_at=now,
        created_by=by,
        form_nonce=form_nonce,
        **values,
    )
    if not form_nonce:
        insert(registration)
    elif (made := _saved_before(registration)) is not None:
        return made
    _add_lines(registration, lines)
    record_deal("deal.drafted", registration, by=by, now=now)
    return registration


def _saved_before(registration: Registration) -> Registration | None:
    """Save it, unless the same form was saved by a request beside this one: then that registration."""
    try:
        with transaction.atomic():
            insert(registration)
    except IntegrityError:
        same = Registration.objects.filter(partner=registration.partner, form_nonce=registration.form_nonce)
        made = same.first()
        if made is None:
            raise
        return made
    return None


@transaction.atomic
def update_draft(
    *, registration: Registration, values: Mapping[str, Any], lines: Lines | None, by: User, now: datetime
) -> Registration:
    """Change a draft; fields that are not given stay."""
    registration = locked(registration, verb=Verb.EDIT, may=policies.can_act_for_partner, by=by)
    for name, value in values.items():
        setattr(registration, name, value)
    if lines is not None:
        _set_lines(registration, lines)
    change(registration, *values)
    record_deal("deal.draft_changed", registration, by=by, now=now)
    return registration


@transaction.atomic
def discard_draft(*, registration: Registration, by: User, now: datetime) -> None:
    registration = locked(registration, verb=Verb.DISCARD, may=policies.can_act_for_partner, by=by)
    record_deal("deal.discarded", registration, by=by, now=now)
    registration.delete()


@transaction.atomic
def submit(*, registration: Registration, by: User, now: datetime) -> Registration:
    """Take the place in line. The answer says nothing about anybody else's registrations.

    Raises InvalidInput for what is missing (by API path), StateConflict for a draft that was submitted
    already or repeats an own registration, TooOften above the organisation's daily limit.
    """
    registration = locked(registration, verb=Verb.SUBMIT, may=policies.can_act_for_partner, by=by)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    _check_complete(registration, deal_rules, now)
    _check_own_duplicate(registration, now)
    registration.state = State.SUBMITTED
    registration.submitted_at, registration.submitted_by = now, by
    registration.priority_at, registration.priority_number = take_place()
    calendar = calendar_of(registration.partner)
    registration.decision_due_at = rules.decision_due(registration.priority_at, deal_rules, calendar)
    change(
        registration,
        *("state", "submitted_at", "submitted_by", "priority_at", "priority_number", "decision_due_at"),
    )
    matching.index(SOURCE, registration.pk, registration.identity)
    place = {"priority_at": registration.priority_at, "decision_due_at": registration.decision_due_at}
    record_deal("deal.submitted", registration, by=by, now=now, data=place)
    notices.submitted(registration, now=now)
    # Last: from here to the commit an organisation's submissions wait for each other.
    _check_daily_limit(registration)
    doorbell.ring_after_commit()
    return registration


@transaction.atomic
def answer(
    *, registration: Registration, message: str, values: Mapping[str, Any], fields: list[str], by: User, now: datetime
) -> Registration:
    """Answer the question; `fields` are the API paths that are given, `values` their field names.

    The place in line stays. Raises InvalidInput for a field that was not asked, or for an answer that
    would make it another customer.
    """
    registration = locked(registration, verb=Verb.ANSWER, may=policies.can_act_for_partner, by=by)
    _check_answer(registration, values, fields)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    if registration.clock_paused_at is not None and registration.decision_due_at is not None:
        registration.decision_due_at = rules.resumed_due(
            registration.decision_due_at, registration.clock_paused_at, now, calendar_of(registration.partner)
        )
    registration.state = State.SUBMITTED
    registration.clock_paused_at = registration.answer_due_at = registration.assessed_at = None
    registration.answer_message = message
    _check_complete(registration, deal_rules, now)
    change(
        registration,
        *("state", "decision_due_at", "clock_paused_at", "answer_due_at", "assessed_at", "answer_message"),
        *values,
    )
    matching.index(SOURCE, registration.pk, registration.identity)
    record_deal("deal.answered", registration, by=by, now=now, data={"fields": fields})
    notices.answered(registration, now=now)
    doorbell.ring_after_commit()
    return registration


@transaction.atomic
def withdraw(*, registration: Registration, reason: str, by: User, now: datetime) -> Registration:
    registration = locked(registration, verb=Verb.WITHDRAW, may=policies.can_act_for_partner, by=by)
    registration.state = State.WITHDRAWN
    registration.end_text = reason[:300]
    _end(registration, by, now, "end_text", "state")
    record_deal("deal.withdrawn", registration, by=by, now=now, data={"reason": registration.end_text})
    return registration


@transaction.atomic
def win(
    *,
    registration: Registration,
    closed_on: date,
    value: Decimal | None = None,
    currency: str = "",
    by: User,
    now: datetime,
) -> Registration:
    """The customer bought. `value` replaces the registered one and must be in the same currency."""
    registration = locked(registration, verb=Verb.WIN, may=policies.can_act_for_partner, by=by)
    _check_win(registration, closed_on, currency, now)
    registration.state = State.WON
    registration.closed_on = closed_on
    registration.won_value = registration.value if value is None else value
    _end(registration, by, now, "state", "closed_on", "won_value")
    if registration.account is None or registration.won_value is None:
        raise AssertionError("an approved registration has an account and a value")
    record_revenue(
        account=registration.account,
        partner=registration.partner,
        subject=("deal", registration.public_id),
        amount=registration.won_value,
        currency=registration.currency,
        origin=registration.origin or "partner",
        on=closed_on,
        now=now,
    )
    record_deal("deal.won", registration, by=by, now=now, data={"closed_on": closed_on})
    return registration


@transaction.atomic
def lose(*, registration: Registration, reason: str, by: User, now: datetime) -> Registration:
    """The customer bought elsewhere or not at all; the protection ends now."""
    registration = locked(registration, verb=Verb.LOSE, may=policies.can_act_for_partner, by=by)
    registration.state = State.LOST
    registration.end_reason, registration.end_text = rules.coded(reason, LossReason.values, LossReason.OTHER)
    # A request that waited for the approval has the older clock; nothing ends before it began.
    now = max(now, (registration.decided_at or now) + INSTANT)
    registration.protected_until = now
    _end(registration, by, now, "state", "end_reason", "end_text", "protected_until")
    record_deal("deal.lost", registration, by=by, now=now, data={"reason": registration.end_reason})
    return registration


@transaction.atomic
def share(*, registration: Registration, colleague: User, by: User, now: datetime) -> RegistrationShare:
    """Let a colleague read it; sharing twice changes nothing and is a StateConflict."""
    if not policies.can_act_for_partner(by, registration):
        raise NotAllowed(_("You may not share this registration."))
    if colleague.organisation != registration.partner.organisation:
        raise InvalidInput({"colleague": [_("Choose a colleague of your organisation.")]})
    made, created = RegistrationShare.objects.get_or_create(
        registration=registration, user=colleague, defaults={"shared_at": now, "shared_by": by}
    )
    if not created:
        raise StateConflict(_("This colleague can read it already."), state=registration.state)
    record_deal("deal.shared", registration, by=by, now=now, data={"user": colleague.public_id})
    return made


def _set_lines(registration: Registration, lines: Lines) -> None:
    registration.lines.all().delete()
    _add_lines(registration, lines)


def _add_lines(registration: Registration, lines: Lines) -> None:
    made = RegistrationLine.objects.bulk_create(
        [RegistrationLine(registration=registration, product=product, quantity=count) for product, count in lines]
    )
    remember_lines(registration, made)


def _check_complete(registration: Registration, deal_rules: DealRules, now: datetime) -> None:
    found = rules.missing(
        {name: getattr(registration, name) for name in rules.REQUIRED.values()},
        products=len(registration.lines.all()),
        rules=deal_rules,
        today=local_date(now, registration.partner.organisation.time_zone),
    )
    if found:
        count = {"count": deal_rules.work_done_characters}
        raise InvalidInput({path: [str(MISSING[code]) % count] for path, code in found.items()})


def _check_daily_limit(registration: Registration) -> None:
    wait = attempts.attempt(
        f"submissions:{registration.partner.organisation_id}",
        limit=settings.PRM_SUBMISSIONS_PER_DAY,
        window_seconds=DAY,
    )
    if wait:
        raise TooOften(_("Your organisation has registered as much as it may in one day."), wait_seconds=wait)


def _check_own_duplicate(registration: Registration, now: datetime) -> None:
    asked = asking(registration, now)
    await_twins(registration, block_from=asked.thresholds.block_from)
    own = own_duplicate(asked)
    if own is not None:
        raise StateConflict(
            _("Your organisation has registered this already: %(reference)s, %(customer)s.")
            % {"reference": own.reference, "customer": own.customer_name},
            state=registration.state,
            code="own_duplicate",
        )


def _check_answer(registration: Registration, values: Mapping[str, Any], fields: list[str]) -> None:
    errors = {path: [_("This was not asked.")] for path in fields if path not in registration.asked_fields}
    if errors:
        raise InvalidInput(errors)
    before = matching.strong_keys(matching.normalise(registration.identity))
    for name, value in values.items():
        setattr(registration, name, value)
    if matching.strong_keys(matching.normalise(registration.identity)) != before:
        sentence = _("This would be another customer. Please register it anew.")
        raise InvalidInput({path: [sentence] for path in fields if path.startswith("customer.")})


def _check_win(registration: Registration, closed_on: date, currency: str, now: datetime) -> None:
    errors: dict[str, list[str]] = {}
    if closed_on > local_date(now, registration.partner.organisation.time_zone):
        errors["closed_on"] = [_("This day is still to come.")]
    elif (now.date() - closed_on).days > 3650:
        errors["closed_on"] = [_("This day is too long ago.")]
    if currency and currency != registration.currency:
        errors["value"] = [_("Give the value in %(currency)s, as registered.") % {"currency": registration.currency}]
    if errors:
        raise InvalidInput(errors)


def _end(registration: Registration, by: User, now: datetime, *fields: str) -> None:
    """What every end has in common: who and when, no more clocks, rivals are looked at again."""
    registration.ended_at, registration.ended_by = now, by
    registration.next_reminder_at = registration.answer_due_at = registration.clock_paused_at = None
    change(registration, *fields, "ended_at", "ended_by", "next_reminder_at", "answer_due_at", "clock_paused_at")
    if registration.state != State.WON:
        registration.protections.all().release(now)
        matching.remove(SOURCE, registration.pk)
    reassess_those_waiting_for([registration.public_id])
    notices.ended_by_partner(registration, now=now)


def reassess_those_waiting_for(ids: list[str]) -> None:
    """Registrations with a finding about one of these (public ids) are looked at again by the relay."""
    waiting = Finding.objects.filter(subject_type=SUBJECT, subject_id__in=ids).values("registration")
    if look_again(Registration.objects.undecided().filter(pk__in=waiting)):
        doorbell.ring_after_commit()
