"""The partner's verbs. Each locks the row, checks the table of transitions, writes, records and promises."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from deals.conflicts.models import Finding
from deals.conflicts.selectors import asking, own_duplicate
from deals.earnings.booking import book_win
from deals.earnings.revenue import record_won
from deals.earnings.rules import first_year_end
from deals.events import SUBJECT
from deals.products.models import ProductLine
from deals.products.requirements import check_open
from deals.punctuality.rules import INSTANT, closed_at
from deals.records.actions import open_first_year
from deals.registrations import notices, policies, rules
from deals.registrations.checks import check_acknowledged, check_answer, check_win
from deals.registrations.events import record_deal
from deals.registrations.line import Kept, take_place
from deals.registrations.locking import change, locked, look_again
from deals.registrations.models import Registration, RegistrationLine, RegistrationShare
from deals.registrations.reading import remember_lines, without_relations
from deals.registrations.reference import draw_reference
from deals.registrations.selectors import calendar_of
from deals.registrations.sentences import MISSING
from deals.registrations.states import LossReason, State, Verb
from deals.registrations.twins import await_twins
from deals.registrations.winning import hours_since_approval, is_early
from deals.releases.opening import open_for
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.closing import close_with
from deals.teaming.ending import hold, overtake
from partners.models import Partner
from prm import matching
from prm.accounts import attempts
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.notices import doorbell
from prm.policy.selectors import asked_once, current
from prm.questions import Question
from prm.rows import insert

Lines = list[tuple[ProductLine, int]]
SOURCE = "registration"
DAY = 86_400
_partner_of = Question(
    lambda organisation: Partner.objects.select_related("organisation", "pam").filter(organisation=organisation), int
)


@transaction.atomic(savepoint=False)
def register(
    *, values: Mapping[str, Any], lines: Lines, kept: Kept | None = None, by: User, now: datetime
) -> Registration:
    """A new registration that takes its place in line at once: it is written once, and never was a draft.

    Or it keeps a place that was taken before.
    Raises what `submit` raises. Then there is none, and the caller's transaction is given up with it.
    """
    registration = _new(values, by, now)
    made = _added_lines(registration, lines)
    _take_place(registration, by, now, kept)
    insert(registration)
    for line in made:
        insert(line)
    _in_line(registration, by, now, kept)
    return registration


@transaction.atomic
def create_draft(
    *, values: Mapping[str, Any], lines: Lines, by: User, now: datetime, form_nonce: str = ""
) -> Registration:
    """A new draft of the person's organisation. `values` are field names of Registration.

    The same `form_nonce` again returns the draft it made: a form that is sent twice registers once.
    """
    return _drafted(values, lines, by, now, form_nonce)


def _drafted(values: Mapping[str, Any], lines: Lines, by: User, now: datetime, form_nonce: str = "") -> Registration:
    registration = _new(values, by, now, form_nonce)
    if not form_nonce:
        insert(registration)
    elif (made := _saved_before(registration)) is not None:
        return made
    check_open(registration.partner, [product for product, _count in lines], now)
    for line in _added_lines(registration, lines):
        insert(line)
    record_deal("deal.drafted", registration, by=by, now=now)
    return registration


def _new(values: Mapping[str, Any], by: User, now: datetime, form_nonce: str = "") -> Registration:
    """With its number and its reference, and not written yet."""
    partner = _partner_of.one(by.organisation.pk) if by.organisation and policies.can_register(by) else None
    if partner is None:
        raise NotAllowed(_("Your role does not register deals."))
    number, reference = draw_reference()
    about = {"partner": partner, "created_at": now, "created_by": by, "form_nonce": form_nonce}
    return without_relations(Registration(pk=number, reference=reference, **about, **values))


def _saved_before(registration: Registration) -> Registration | None:
    """Save it, unless the same form was saved before, or by a request beside this one: then that registration."""
    same = Registration.objects.filter(partner=registration.partner, form_nonce=registration.form_nonce)
    if made := same.first():
        return made
    try:
        with transaction.atomic():
            insert(registration)
    except IntegrityError:
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
        check_open(registration.partner, [product for product, _count in lines], now)
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
    _take_place(registration, by, now)
    change(
        registration,
        *("state", "submitted_at", "submitted_by", "priority_at", "priority_number", "decision_due_at"),
    )
    _in_line(registration, by, now)
    return registration


def _take_place(registration: Registration, by: User, now: datetime, kept: Kept | None = None) -> None:
    """Of a draft that is locked, or of what nobody else can see yet. Nothing is written."""
    with asked_once():
        in_force = current(SCHEMA, DealRules, now=now)
        check_acknowledged(registration, in_force)
        if kept is None:
            check_open(registration.partner, [line.product for line in registration.lines.all()], now)
        _check_complete(registration, in_force.values, now)
        _check_own_duplicate(registration, now)
    registration.state = State.SUBMITTED
    registration.submitted_at, registration.submitted_by = now, by
    begun, registration.priority_number = take_place()
    registration.priority_at = kept.since if kept else begun
    calendar = calendar_of(registration.partner, begun)
    registration.decision_due_at = rules.decision_due(begun, in_force.values, calendar)


def _in_line(registration: Registration, by: User, now: datetime, kept: Kept | None = None) -> None:
    """What follows from a place in line, in the same transaction."""
    matching.index(SOURCE, registration.pk, registration.identity)
    place: dict[str, Any] = {"priority_at": registration.priority_at, "decision_due_at": registration.decision_due_at}
    place |= {"outcome": kept.because} if kept else {}
    record_deal("deal.submitted", registration, by=by, now=now, data=place)
    notices.submitted(registration, by=by, now=now)
    # Last: from here to the commit an organisation's submissions wait for each other.
    _check_daily_limit(registration)
    doorbell.ring_after_commit()


@transaction.atomic
def answer(
    *, registration: Registration, message: str, values: Mapping[str, Any], fields: list[str], by: User, now: datetime
) -> Registration:
    """Answer the question; `fields` are the API paths that are given, `values` their field names.

    The place in line stays. Raises InvalidInput for a field that was not asked, or for an answer that
    would make it another customer.
    """
    registration = locked(registration, verb=Verb.ANSWER, may=policies.can_act_for_partner, by=by)
    check_answer(registration, values, fields)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    _resume_clocks(registration, now)
    registration.state = State.SUBMITTED
    registration.clock_paused_at = registration.answer_due_at = registration.assessed_at = None
    registration.answer_message = message
    _check_complete(registration, deal_rules, now)
    change(
        registration,
        *("state", "decision_due_at", "clock_paused_at", "answer_due_at", "assessed_at", "answer_message"),
        *("provisional_due_at", *values),
    )
    matching.index(SOURCE, registration.pk, registration.identity)
    record_deal("deal.answered", registration, by=by, now=now, data={"fields": fields})
    notices.answered(registration, now=now)
    doorbell.ring_after_commit()
    return registration


def _resume_clocks(registration: Registration, now: datetime) -> None:
    """What was paused moves by the business time that passed, in the calendar that the clock began with."""
    since = registration.clock_paused_at
    if since is None or registration.priority_at is None or registration.submitted_at is None:
        return
    calendar = calendar_of(registration.partner, max(registration.priority_at, registration.submitted_at))
    for name in ("decision_due_at", "provisional_due_at"):
        due = getattr(registration, name)
        if due is not None:
            setattr(registration, name, rules.resumed_due(due, since, now, calendar))


@transaction.atomic
def withdraw(*, registration: Registration, reason: str, by: User, now: datetime) -> Registration:
    hold(registration)
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
    early_reason: str = "",
    by: User,
    now: datetime,
) -> Registration:
    """The customer bought. `value` replaces the registered one and must be in the same currency.

    Whoever shares the protection has won with it; the earnings are split by the shares. So soon after the approval
    as the rules say, an `early_reason` is needed.
    """
    hold(registration)
    registration = locked(registration, verb=Verb.WIN, may=policies.can_act_for_partner, by=by)
    check_win(registration, closed_on, currency, early_reason, now)
    registration.state = State.WON
    registration.closed_on = closed_on
    registration.won_value = registration.value if value is None else value
    registration.next_yearly_on = first_year_end(registration.terms, closed_on)
    registration.early_reason = early_reason.strip() if is_early(registration, now) else ""
    _end(registration, by, now, "state", "closed_on", "won_value", "next_yearly_on", "early_reason")
    record_won(registration, on=closed_on, now=now)
    book_win(registration, by=by, now=now)
    open_first_year(registration, by=by, now=now)
    record_deal("deal.won", registration, by=by, now=now, data={"closed_on": closed_on})
    if registration.early_reason:
        record_deal(
            "deal.won_early", registration, by=by, now=now, data={"hours": hours_since_approval(registration, now)}
        )
    return registration


@transaction.atomic
def lose(*, registration: Registration, reason: str, by: User, now: datetime) -> Registration:
    """The customer bought elsewhere or not at all; the protection, if there is one, ends now."""
    hold(registration)
    registration = locked(registration, verb=Verb.LOSE, may=policies.can_act_for_partner, by=by)
    registration.state = State.LOST
    registration.end_reason, registration.end_text = rules.coded(reason, LossReason.values, LossReason.OTHER)
    # A request that waited for the approval has the older clock; nothing ends before it began.
    now = max(now, (registration.decided_at or now) + INSTANT)
    if registration.protected_until is not None:
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
    for line in _added_lines(registration, lines):
        insert(line)


def _added_lines(registration: Registration, lines: Lines) -> list[RegistrationLine]:
    """Those of the object; they are not written yet."""
    made = [RegistrationLine(registration=registration, product=product, quantity=count) for product, count in lines]
    remember_lines(registration, made)
    return made


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


def _end(registration: Registration, by: User, now: datetime, *fields: str) -> None:
    """What every end has in common: who and when, no more clocks, rivals are looked at again."""
    overtake(registration, by=by, now=now)
    registration.ended_at, registration.ended_by = now, by
    registration.next_reminder_at = registration.answer_due_at = registration.clock_paused_at = None
    if registration.provisional_at is not None and registration.provisional_ended_at is None:
        now = closed_at(now, registration.provisional_at)
        registration.provisional_until = registration.provisional_ended_at = now
    change(
        registration,
        *(*fields, "ended_at", "ended_by", "next_reminder_at", "answer_due_at", "clock_paused_at"),
        *("provisional_until", "provisional_ended_at"),
    )
    if registration.state != State.WON or registration.protected_until is None:
        # Of what was not approved exclusively, a provisional protection may be left.
        registration.protections.all().release(now)
    if registration.state != State.WON:
        matching.remove(SOURCE, registration.pk)
    closed = [registration.public_id, *close_with(registration, now=now)]
    if registration.state != State.WON:
        open_for(closed, now)
    reassess_those_waiting_for(closed)
    notices.ended_by_partner(registration, now=now)


def reassess_those_waiting_for(ids: list[str]) -> None:
    """Registrations with a finding about one of these (public ids) are looked at again by the relay."""
    waiting = Finding.objects.filter(subject_type=SUBJECT, subject_id__in=ids).values("registration")
    if look_again(Registration.objects.undecided().filter(pk__in=waiting)):
        doorbell.ring_after_commit()
