"""Money for a programme that grows: entries of its ledger, accounts and payment runs."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from prm.accounts.models import Organisation, User
from prm.clocks.database import database_now
from prm.ledger.models import Entry
from prm.payments.models import Payee, Payment, PaymentRun
from prm.rates.models import Rate

MONEY = ("earnings", "records", "rates")
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def grow_entries(organisation: Organisation, seller: User, numbers: list[int]) -> None:
    """Each earned with another deal; the organisation's month has as many as there are."""
    today = database_now().date()
    Entry.objects.bulk_create(
        Entry(
            organisation=organisation,
            seller=seller,
            kind="once",
            cause=f"grown-{number}",
            subject_type="deal",
            subject_id=f"deal_{number}",
            label=f"DR-{number}",
            amount=number,
            currency="EUR",
            rate=Decimal("0.2"),
            base=number * 5,
            earned_on=today,
            booked_on=today,
            payable_from=today,
            created_at=START,
        )
        for number in numbers
    )


def grow_rates(by: User, more: int) -> None:
    """Each of a day of its own."""
    first = database_now().date() - timedelta(days=Rate.objects.count())
    about = {"reporting": "EUR", "currency": "USD", "quotation": "direct", "value": Decimal("0.9")}
    Rate.objects.bulk_create(
        Rate(**about, on=first - timedelta(days=number), recorded_at=START, recorded_by=by) for number in range(more)
    )


def grow_payments(run: PaymentRun | None, by: User, more: int) -> PaymentRun:
    """Each organisation asks for another account; one run pays all of them, and there are as many other runs, and
    rates of exchange."""
    grow_rates(by, more)
    now = database_now()
    organisations = Organisation.objects.filter(kind="partner").order_by("-pk")[:more]
    about = {"holder": "Somebody", "sealed_iban": "x", "last_four": "2051", "requested_at": now}
    Payee.objects.bulk_create(Payee(organisation=organisation, **about) for organisation in organisations)
    decided = {"state": "active", "decided_at": now, "decided_by": by}
    active = Payee.objects.bulk_create(
        [Payee(organisation=organisation, **about, **decided) for organisation in organisations]
    )
    shape = {"currency": "EUR", "total": 1, "needs_second": False, "due_on": now.date(), "created_at": now}
    made = PaymentRun.objects.bulk_create(PaymentRun(**shape) for _ in range(more))
    run = run or made[0]
    Payment.objects.bulk_create(
        Payment(run=run, organisation=payee.organisation, payee=payee, amount=1) for payee in active
    )
    return run
