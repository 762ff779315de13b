"""Organisations with something to be paid, and accounts to pay it to."""

from datetime import date, timedelta
from decimal import Decimal

from prm.accounts.models import Organisation, User
from prm.clocks.database import database_now
from prm.ledger.actions import Earning, earn
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.payments import actions
from prm.payments.models import Payee, Payment, PaymentRun
from prm.payments.rules import Result
from tests.factories import Cast, Team

IBAN = "DE02120300000000202051"


def payable(organisation: Organisation, amount: str, cause: str = "once", currency: str = "EUR") -> Entry:
    """Earned two days ago without a waiting time."""
    now = database_now()
    return earn(
        organisation=organisation,
        seller=None,
        subject=("deal", f"deal_{cause}"),
        label=f"DR-1 · {cause}",
        earnings=[Earning(Kind.ONCE, cause, Decimal(amount), Decimal("0.2"), Decimal(amount))],
        currency=currency,
        earned_on=now.date(),
        wait_days=0,
        by=None,
        now=now - timedelta(days=2),
    )[0]


def with_account(team: Team, by: User, iban: str = IBAN, holder: str = "Helix Systems GmbH") -> Payee:
    payee = actions.request_payee(holder=holder, iban=iban, by=team.admin, now=database_now())
    return actions.confirm_payee(payee=payee, by=by, now=database_now())


def tomorrow() -> date:
    return database_now().date() + timedelta(days=2)


def prepared(cast: Cast, *amounts: str, currency: str = "EUR") -> PaymentRun:
    """A run that pays Helix these amounts."""
    if not Payee.objects.active().filter(organisation=cast.helix.organisation).exists():
        with_account(cast.helix, cast.finance)
    for number, amount in enumerate(amounts):
        payable(cast.helix.organisation, amount, f"c{number}-{Entry.objects.count()}", currency)
    return actions.prepare_run(currency=currency, due_on=tomorrow(), by=cast.finance, now=database_now())


def handed_over(cast: Cast, *amounts: str) -> PaymentRun:
    run = actions.approve_run(run=prepared(cast, *amounts), by=cast.finance, now=database_now())
    return actions.export_run(run=run, by=cast.finance, now=database_now())


def answer(run: PaymentRun, state: str = "paid") -> list[Result]:
    payments = Payment.objects.filter(run=run).order_by("pk")
    return [Result(row, payment.public_id, state, None) for row, payment in enumerate(payments, start=2)]
