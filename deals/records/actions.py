"""The verbs of partners of record: asked for or appointed, confirmed, renewed with proof, ended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg.errors import ExclusionViolation

from deals.conflicts.models import Finding
from deals.records import notices, policies, rules
from deals.records.events import dates, record_of
from deals.records.holding import hold, hold_customer
from deals.records.models import PartnerOfRecord, RecordProof
from deals.records.selectors import periods_at
from deals.records.states import Ending, RecordState, Source
from deals.registrations.locking import look_again
from deals.registrations.models import Registration
from deals.registrations.policies import can_act_for_partner
from deals.registrations.rules import decision_due, next_reminder
from deals.registrations.selectors import calendar_of
from deals.registrations.states import Motion, State
from deals.rulebook import SCHEMA, DealRules
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.policy.selectors import current

SHORTEST = 20
FLAWS = {
    "future": gettext_lazy("Give a day that is not in the future."),
    "too_old": gettext_lazy("Give a consent of the last 12 months."),
    "past": gettext_lazy("Give today or a later day."),
    "too_late": gettext_lazy("Give a day of the next 12 months."),
}


@dataclass(frozen=True)
class Consent:
    """Who said yes at the customer, on which day, and what shows it."""

    by: str
    on: date
    text: str


@transaction.atomic
def ask_record(
    *, registration: Registration, consent: Consent, since: date | None = None, by: User, now: datetime
) -> PartnerOfRecord:
    """On a won deal, for its customer; a year from that day (None: today) once it is confirmed.

    The answer says nothing of anybody else. Raises InvalidInput for days that cannot be, StateConflict when the deal
    is not won, or the partner has asked before or is partner of record.
    """
    registration = Registration.objects.with_people().select_for_update(of=("self",)).get(pk=registration.pk)
    if not can_act_for_partner(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    if registration.state != State.WON:
        raise StateConflict(_("Only who has won a deal can ask for its customer."), state=registration.state)
    if registration.account is None:
        raise AssertionError("a won registration has an account")
    row = _drawn(registration.account, registration.partner, Source.ASKED, consent, since, by, now)
    row.registration, row.state = registration, RecordState.ASKED
    hold_customer(row.account)
    _check_not_yet(row)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    row.due_at = decision_due(now, deal_rules, calendar_of(row.partner, now))
    row.save()
    record_of("record.asked", row, by=by, now=now, **dates(row))
    notices.asked(row, now=now)
    doorbell.ring_after_commit()
    return row


@transaction.atomic
def appoint(
    *, account: Account, partner: Partner, consent: Consent, since: date | None = None, by: User, now: datetime
) -> PartnerOfRecord:
    """By the account manager, with the customer's consent. Whoever is partner of record now is it until the day before.

    Raises as `ask_record`, and StateConflict for a partner that is not active or a customer that was merged.
    """
    if not policies.can_appoint(by, partner):
        raise NotAllowed(_("Another account manager looks after this partner."))
    if not partner.is_active:
        raise StateConflict(_("This partner is not active any more."), state=partner.state)
    row = _drawn(account, partner, Source.APPOINTED, consent, since, by, now)
    row.account = hold_customer(account)
    _check_not_yet(row)
    _begin(row, by, now)
    record_of("record.appointed", row, by=by, now=now, **dates(row))
    notices.decided(row, now=now)
    doorbell.ring_after_commit()
    return row


@transaction.atomic
def decide_record(
    *, record: PartnerOfRecord, accept: bool, message: str = "", by: User, now: datetime
) -> PartnerOfRecord:
    """Confirm or refuse. A refusal needs a message; so does whoever decides in the place of the account manager.

    It begins on the day that was asked for, or today when that has passed.
    """
    record = hold(record)
    if not policies.can_decide(by, record):
        raise NotAllowed(_("Another account manager looks after this partner."))
    if not record.is_asked:
        raise _now(record)
    message = message.strip()
    _check_message(record, accept, message, by)
    record.message = message
    if accept:
        today = local_date(now, record.partner.organisation.time_zone)
        record.since = max(record.since, today)
        record.until = rules.last_day(record.since)
        _begin(record, by, now)
        record_of("record.confirmed", record, by=by, now=now, **dates(record))
    else:
        record.state, record.decided_at, record.decided_by = RecordState.REFUSED, now, by
        _save(record)
        record_of("record.refused", record, by=by, now=now)
    notices.decided(record, now=now)
    doorbell.ring_after_commit()
    return record


@transaction.atomic
def give_proof(*, record: PartnerOfRecord, text: str, by: User, now: datetime) -> PartnerOfRecord:
    """What shows that the partner still looks after the customer, from the first reminder to the end of the year.

    While nobody has answered the year goes on.
    """
    record = hold(record)
    if not policies.can_act(by, record):
        raise NotAllowed(_("Your role does not allow this for this customer."))
    _check_proof(record, text.strip(), now)
    due = decision_due(now, current(SCHEMA, DealRules, now=now).values, calendar_of(record.partner, now))
    proof = RecordProof.objects.create(record=record, text=text.strip(), given_at=now, given_by=by, due_at=due)
    record.next_reminder_at = None
    _save(record)
    record_of("record.proof_given", record, by=by, now=now)
    notices.proof_given(record, proof, now=now)
    doorbell.ring_after_commit()
    return record


@transaction.atomic
def decide_proof(
    *, record: PartnerOfRecord, accept: bool, message: str = "", by: User, now: datetime
) -> PartnerOfRecord:
    """Take the proof, which adds a year to the end that was, or refuse it with a message."""
    record = hold(record)
    if not policies.can_decide(by, record):
        raise NotAllowed(_("Another account manager looks after this partner."))
    proof = record.proofs.waiting().first()
    if proof is None:
        raise StateConflict(_("No proof waits for an answer."), state=record.state)
    message = message.strip()
    _check_message(record, accept, message, by)
    _answer(proof, accept, message, by, now)
    if accept:
        record.until = rules.prolonged(record.until)
    _remind_next(record, now)
    _save(record)
    kind = "record.renewed" if accept else "record.proof_refused"
    record_of(kind, record, by=by, now=now, until=record.until)
    notices.proof_decided(record, proof, now=now)
    doorbell.ring_after_commit()
    return record


@transaction.atomic
def end_record(
    *, record: PartnerOfRecord, on: date | None = None, reason: str, by: User, now: datetime
) -> PartnerOfRecord:
    """Early, with that day (None: today) as the last one, and a reason that the partner reads."""
    record = hold(record)
    if not policies.can_decide(by, record):
        raise NotAllowed(_("Another account manager looks after this partner."))
    if not record.is_standing or record.end_reason:
        raise _now(record)
    today = local_date(now, record.partner.organisation.time_zone)
    last = on or max(today, record.since)
    if not max(today, record.since) <= last <= record.until:
        raise InvalidInput({"on": [_("Give a day from today to the end of the year.")]})
    if not reason.strip():
        raise InvalidInput({"reason": [_("Say why: the partner reads it.")]})
    _check_names_nobody(record, "reason", reason)
    record.end_text, record.ended_by = reason.strip(), by
    _close(record, last, Ending.VENDOR, by, now)
    _look_again(record.account)
    doorbell.ring_after_commit()
    return record


def open_first_year(registration: Registration, *, by: User, now: datetime) -> PartnerOfRecord | None:
    """Inside the verb that wins it: whoever wins a managed customer that has no partner of record is it for a year."""
    if registration.motion != Motion.MANAGED or registration.account is None or registration.closed_on is None:
        return None
    account = hold_customer(registration.account)
    today = local_date(now, registration.partner.organisation.time_zone)
    since = rules.first_free(periods_at(account), registration.closed_on, today)
    if since is None:
        return None
    row = PartnerOfRecord(
        account=account,
        partner=registration.partner,
        registration=registration,
        source=Source.WON,
        since=since,
        until=rules.last_day(since),
        created_at=now,
        created_by=registration.created_by,
    )
    _begin(row, by, now)
    record_of("record.won", row, by=by, now=now, **dates(row))
    return row


def _drawn(
    account: Account, partner: Partner, source: Source, consent: Consent, since: date | None, by: User, now: datetime
) -> PartnerOfRecord:
    """A year from that day, checked and not written."""
    today = local_date(now, partner.organisation.time_zone)
    start = since or today
    errors = {
        name: [str(FLAWS[flaw])]
        for name, flaw in rules.flaws(since=start, consented_on=consent.on, today=today).items()
    }
    if len(consent.text.strip()) < SHORTEST:
        errors["consent_text"] = [_("Say in at least %(count)d characters what shows it.") % {"count": SHORTEST}]
    if not consent.by.strip():
        errors["consented_by"] = [_("Say who consented at the customer.")]
    if errors:
        raise InvalidInput(errors)
    return PartnerOfRecord(
        account=account,
        partner=partner,
        source=source,
        since=start,
        until=rules.last_day(start),
        consented_by=consent.by.strip(),
        consented_on=consent.on,
        consent_text=consent.text.strip(),
        created_at=now,
        created_by=by,
    )


def _check_not_yet(row: PartnerOfRecord) -> None:
    own = PartnerOfRecord.objects.filter(account=row.account, partner=row.partner)
    if own.asked().exists():
        raise StateConflict(_("This was asked for already."), state=RecordState.ASKED, code="asked_before")
    if own.standing().filter(until__gte=row.since).exists():
        sentence = _("The partner is partner of record already; the year is renewed with proof.")
        raise StateConflict(sentence, state=RecordState.STANDING, code="of_record_already")


def _begin(row: PartnerOfRecord, by: User, now: datetime) -> None:
    """Write it as standing. Whoever was partner of record until now is it until the day before."""
    for other in PartnerOfRecord.objects.standing().with_nouns().filter(account=row.account, until__gte=row.since):
        if other.since >= row.since:
            raise _taken(other)
        _close(other, row.since - rules.DAY, Ending.CUSTOMER, by, now)
    row.state, row.decided_at, row.decided_by = RecordState.STANDING, now, by
    _remind_next(row, now)
    _save(row)
    _look_again(row.account)


def _look_again(account: Account) -> None:
    """What is undecided and knows of the customer is checked once more."""
    knowing = Finding.objects.filter(subject_type="account", subject_id=account.public_id).values("registration")
    look_again(Registration.objects.undecided().filter(pk__in=knowing))


def _close(row: PartnerOfRecord, last: date, why: Ending, by: User, now: datetime) -> None:
    """Ends on that day; what waits for an answer needs none any more."""
    row.until, row.end_reason, row.next_reminder_at = last, why, None
    for proof in row.proofs.waiting():
        _answer(proof, False, str(why.label), by, now)
    if last < local_date(now, row.partner.organisation.time_zone):
        row.state, row.ended_at = RecordState.ENDED, now
    _save(row)
    record_of("record.closing", row, by=by, now=now, until=last, because=str(why))
    notices.closing(row, now=now)


def _answer(proof: RecordProof, granted: bool, message: str, by: User, now: datetime) -> None:
    proof.granted, proof.message, proof.decided_at, proof.decided_by = granted, message, now, by
    proof.save(update_fields=["granted", "message", "decided_at", "decided_by"])


def _remind_next(row: PartnerOfRecord, now: datetime) -> None:
    days = current(SCHEMA, DealRules, now=now).values.record_reminder_days
    row.proof_from = rules.proof_opens(row.until, days)
    row.next_reminder_at = next_reminder(row.ends_at, days, row.partner.organisation.time_zone, now)


def _save(row: PartnerOfRecord) -> None:
    """The exclusion constraint is the wall behind the locks."""
    row.version += 0 if row._state.adding else 1
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise _taken(row) from error


def _taken(row: PartnerOfRecord) -> StateConflict:
    sentence = _("Another partner of record begins or ends within that year: choose a later day.")
    return StateConflict(sentence, state=row.state, code="taken")


def _now(row: PartnerOfRecord) -> StateConflict:
    sentence = _("This is now: %(state)s.") % {"state": row.get_state_display()}
    return StateConflict(sentence, state=row.state)


def _check_proof(row: PartnerOfRecord, text: str, now: datetime) -> None:
    if len(text) < SHORTEST:
        sentence = _("Say in at least %(count)d characters what shows that you look after the customer.")
        raise InvalidInput({"text": [sentence % {"count": SHORTEST}]})
    if row.proofs.waiting().exists():
        raise StateConflict(_("Proof was given already and waits for an answer."), state=row.state, code="proof_waits")
    today = local_date(now, row.partner.organisation.time_zone)
    if row.takes_proof(today):
        return
    if row.is_standing and not row.end_reason and row.proof_from is not None and today < row.proof_from:
        sentence = _("Proof is taken from %(day)s on.") % {"day": row.proof_from.isoformat()}
        raise StateConflict(sentence, state=row.state, code="too_early")
    raise _now(row)


def _check_message(row: PartnerOfRecord, accept: bool, message: str, by: User) -> None:
    if not message:
        if not accept:
            raise InvalidInput({"message": [_("Tell the partner why.")]})
        if policies.must_give_reason(by, row.partner):
            raise InvalidInput({"message": [_("You decide in the place of the account manager: give a reason.")]})
    _check_names_nobody(row, "message", message)


def _check_names_nobody(row: PartnerOfRecord, field: str, text: str) -> None:
    """What a partner reads never names another one that is concerned with the customer."""
    others = PartnerOfRecord.objects.filter(account=row.account).exclude(partner=row.partner)
    names = set(others.values_list("partner__organisation__name", flat=True))
    said = sorted(name for name in names if name.casefold() in text.casefold())
    if said:
        sentence = _("The partner must not read this: %(names)s. Give the reason without naming anybody.")
        raise InvalidInput({field: [sentence % {"names": ", ".join(said)}]})
