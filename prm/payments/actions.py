"""The verbs of paying. Each locks what it changes; what was done already is a StateConflict and changes nothing."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm import sealing
from prm.accounts.models import User
from prm.audit.actions import record
from prm.clocks.calendar import local_date
from prm.currencies import Money
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.actions import settle
from prm.ledger.models import Entry
from prm.payments import notices, policies, rules
from prm.payments.events import PAYEE, RUN
from prm.payments.models import PURPOSE, Payee, Payment, PaymentLine, PaymentRun
from prm.payments.rulebook import SCHEMA, PaymentRules
from prm.payments.selectors import free_entries, planned, worth_of
from prm.payments.states import PayeeState, PaymentState, RunState
from prm.policy.selectors import current

SEPA = "EUR"
FAULTS = {
    "unknown": gettext_lazy("This payment is not one of this run."),
    "twice": gettext_lazy("This payment stands in the file twice."),
    "state": gettext_lazy("Say paid or failed."),
    "day": gettext_lazy("This day is still to come."),
    "contradiction": gettext_lazy("This payment is settled already, with another result."),
}


@transaction.atomic
def request_payee(*, holder: str, iban: str, bic: str = "", by: User, now: datetime) -> Payee:
    """Ask to be paid to another account. It counts once a second person has confirmed it."""
    if not policies.can_request_payee(by) or by.organisation is None:
        raise NotAllowed(_("Your role does not say where the organisation is paid to."))
    number, bank = rules.read_iban(iban), rules.read_bic(bic) if bic.strip() else ""
    errors = {
        **({} if number else {"iban": [_("This is no IBAN: check its digits.")]}),
        **({} if bank is not None else {"bic": [_("This is no BIC.")]}),
    }
    if errors or number is None or bank is None:
        raise InvalidInput(errors)
    payee = Payee(
        organisation=by.organisation,
        holder=holder,
        sealed_iban=sealing.seal(number, purpose=PURPOSE),
        last_four=number[-4:],
        bic=bank,
        requested_at=now,
        requested_by=by,
    )
    try:
        with transaction.atomic():
            payee.save()
    except IntegrityError as error:
        raise StateConflict(_("Another account waits for its confirmation already."), state="requested") from error
    _record_payee("payee.requested", payee, by, now)
    notices.payee_requested(payee, now=now)
    return payee


@transaction.atomic
def confirm_payee(*, payee: Payee, by: User, now: datetime) -> Payee:
    """From now on the organisation is paid to it; the one before is replaced."""
    payee = _requested(payee, by)
    before = Payee.objects.active().filter(organisation=payee.organisation)
    before.update(state=PayeeState.REPLACED)
    return _decide_payee(payee, PayeeState.ACTIVE, "payee.confirmed", by, now)


@transaction.atomic
def decline_payee(*, payee: Payee, by: User, now: datetime) -> Payee:
    return _decide_payee(_requested(payee, by), PayeeState.DECLINED, "payee.declined", by, now)


def _requested(payee: Payee, by: User) -> Payee:
    payee = Payee.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=payee.pk)
    if not policies.can_decide_payee(by, payee):
        raise NotAllowed(_("A second person confirms an account for payments."))
    if payee.state != PayeeState.REQUESTED:
        raise StateConflict(_("This account is decided already."), state=payee.state)
    return payee


def _decide_payee(payee: Payee, state: PayeeState, kind: str, by: User, now: datetime) -> Payee:
    payee.state, payee.decided_at, payee.decided_by = state, now, by
    payee.save(update_fields=["state", "decided_at", "decided_by"])
    _record_payee(kind, payee, by, now)
    notices.payee_decided(payee, confirmed=state == PayeeState.ACTIVE, now=now)
    return payee


@transaction.atomic
def prepare_run(*, currency: str, due_on: date, by: User, now: datetime) -> PaymentRun:
    """A draft with everything that can be paid now. StateConflict when there is nothing, or another run took it."""
    _check_may(policies.can_run(by))
    today = today_of(by, now)
    if due_on < today:
        raise InvalidInput({"due_on": [_("This day is past.")]})
    values = current(SCHEMA, PaymentRules, now=now).values
    rows = free_entries(currency, today)
    list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    plan = planned(free_entries(currency, today), values.least_payment)
    if not plan.payments:
        raise StateConflict(_("There is nothing to pay in this currency."), state="nothing")
    worth = worth_of(Money(plan.total, currency), today)
    run = PaymentRun.objects.create(
        currency=currency,
        total=plan.total,
        needs_second=rules.needs_second(worth.amount, values.four_eyes_above),
        reporting=worth.currency,
        worth=worth.amount,
        rate=worth.rate,
        rate_on=worth.on,
        due_on=due_on,
        created_at=now,
        created_by=by,
    )
    _fill(run, plan)
    _record_run("payment_run.prepared", run, by, now)
    return run


def _fill(run: PaymentRun, plan: rules.Plan) -> None:
    made = Payment.objects.bulk_create(
        Payment(run=run, organisation_id=row.organisation, payee_id=row.payee, amount=row.amount)
        for row in plan.payments
    )
    lines = [
        PaymentLine(payment=payment, entry_id=entry)
        for payment, row in zip(made, plan.payments, strict=True)
        for entry in row.entries
    ]
    try:
        with transaction.atomic():
            PaymentLine.objects.bulk_create(lines)
    except IntegrityError as error:
        raise StateConflict(_("Another run has taken some of this meanwhile."), state="taken") from error


@transaction.atomic
def approve_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """Above the limit by a second person. StateConflict when an account was replaced meanwhile."""
    run = _locked(run, by, policies.can_approve, RunState.DRAFT)
    _check_accounts(run)
    run.state, run.approved_at, run.approved_by = RunState.APPROVED, now, by
    run.save(update_fields=["state", "approved_at", "approved_by"])
    _record_run("payment_run.approved", run, by, now)
    return run


@transaction.atomic
def export_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """It is at the bank from now on: its file can be had, and it cannot be discarded any more.

    StateConflict when an account was replaced after the approval: nobody is paid to one that is no longer theirs.
    """
    run = _locked(run, by, _may_run, RunState.APPROVED)
    _check_accounts(run)
    if run.currency == SEPA and not rules.read_iban(settings.PRM_PAYER_IBAN):
        raise StateConflict(_("The installation does not know its own account: set PRM_PAYER_IBAN."), state=run.state)
    run.state, run.exported_at, run.exported_by = RunState.EXPORTED, now, by
    run.save(update_fields=["state", "exported_at", "exported_by"])
    _record_run("payment_run.exported", run, by, now)
    return run


@transaction.atomic
def discard_run(*, run: PaymentRun, by: User, now: datetime) -> PaymentRun:
    """Before it is at the bank; its entries are free for another."""
    run = _locked(run, by, _may_run, RunState.DRAFT, RunState.APPROVED)
    PaymentLine.objects.filter(payment__run=run).update(living=False)
    run.payments.update(state=PaymentState.DROPPED, settled_at=now, settled_by=by)
    _end(run, RunState.DISCARDED, by, now)
    _record_run("payment_run.discarded", run, by, now)
    return run


@transaction.atomic
def take_results(*, run: PaymentRun, results: list[rules.Result], by: User, now: datetime) -> PaymentRun:
    """What the bank says. All of it or nothing; what is known already changes nothing, however often it comes.

    Raises InvalidInput with a sentence for each bad row. The run is closed when no payment waits any more.
    """
    run = _locked(run, by, _may_run, RunState.EXPORTED, RunState.CLOSED)
    rows = run.payments.select_related("organisation", "payee", "run").order_by("pk")
    payments = {payment.public_id: payment for payment in rows.select_for_update(of=("self",))}
    today = today_of(by, now)
    known = {public_id: rules.Known(payment.state) for public_id, payment in payments.items()}
    faults = rules.faults_of(results, known, today)
    if faults:
        said = [_("Row %(row)d: %(what)s") % {"row": row, "what": FAULTS[code]} for row, code in faults]
        raise InvalidInput({"file": said})
    counted = {PaymentState.PAID: 0, PaymentState.FAILED: 0}
    for result in results:
        payment = payments[result.payment]
        if payment.state == PaymentState.WAITING:
            _settle(payment, result, by, now)
            counted[PaymentState(payment.state)] += 1
    if any(counted.values()):
        shown = {"paid": counted[PaymentState.PAID], "failed": counted[PaymentState.FAILED]}
        record("payment_run.answered", by=by, now=now, organisation_id=None, subject=(RUN, run.public_id), data=shown)
    if run.state == RunState.EXPORTED and not any(row.state == PaymentState.WAITING for row in payments.values()):
        _end(run, RunState.CLOSED, by, now)
    return run


def _settle(payment: Payment, result: rules.Result, by: User, now: datetime) -> None:
    if result.state == PaymentState.PAID:
        entries = Entry.objects.filter(payment_lines__payment=payment).select_related("organisation").order_by("pk")
        payment.payout = settle(
            entries=list(entries),
            cause=payment.public_id,
            subject=("payment", payment.public_id),
            label=_("Payment to %(account)s") % {"account": payment.payee.masked_iban},
            by=by,
            now=now,
        )
        payment.paid_on = result.on or today_of(by, now)
    else:
        payment.lines.update(living=False)
    payment.state, payment.reason = result.state, result.reason[:200]
    payment.settled_at, payment.settled_by = now, by
    payment.save(update_fields=["payout", "paid_on", "state", "reason", "settled_at", "settled_by"])
    if payment.state == PaymentState.PAID:
        notices.paid(payment, now=now)
    else:
        notices.failed(payment, now=now)


def today_of(user: User, now: datetime) -> date:
    """The day where the vendor's books are kept."""
    return local_date(now, user.organisation.time_zone if user.organisation else "UTC")


def _may_run(by: User, _run: PaymentRun) -> bool:
    return policies.can_run(by)


def _locked(run: PaymentRun, by: User, may: Callable[[User, PaymentRun], bool], *states: RunState) -> PaymentRun:
    """The run as it is now, locked until the transaction ends. The role is asked before its state is told."""
    run = PaymentRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    _check_may(policies.can_approve_some(by) if may is policies.can_approve else policies.can_run(by))
    if run.state not in states:
        raise StateConflict(
            _("This payment run is now: %(state)s.") % {"state": run.get_state_display()}, state=run.state
        )
    if not may(by, run):
        raise NotAllowed(_("A second person approves a run of this size."))
    return run


def _check_accounts(run: PaymentRun) -> None:
    """Whoever would replace one waits until this transaction ends."""
    payees = Payee.objects.filter(pk__in=run.payments.values("payee"))
    if any(payee.state != PayeeState.ACTIVE for payee in payees.select_for_update(no_key=True).order_by("pk")):
        sentence = _("An account for payments was replaced meanwhile. Discard the run and prepare another.")
        raise StateConflict(sentence, state=run.state)


def _check_may(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Your role does not pay partners."))


def _end(run: PaymentRun, state: RunState, by: User, now: datetime) -> None:
    run.state, run.ended_at, run.ended_by = state, now, by
    run.save(update_fields=["state", "ended_at", "ended_by"])


def _record_payee(kind: str, payee: Payee, by: User, now: datetime) -> None:
    about: dict[str, Any] = {"subject": (PAYEE, payee.public_id), "data": {"last_four": payee.last_four}}
    record(kind, by=by, now=now, organisation_id=payee.organisation_id, **about)


def _record_run(kind: str, run: PaymentRun, by: User, now: datetime) -> None:
    data = {"total": str(run.total), "currency": run.currency}
    record(kind, by=by, now=now, organisation_id=None, subject=(RUN, run.public_id), data=data)
