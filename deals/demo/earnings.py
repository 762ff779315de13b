"""What the demo's partners were paid, what was refunded, and an account that waits for its confirmation."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings

from deals.earnings.actions import book_years_due, refund
from deals.rebates.actions import reckon_due
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.demo.cast import VENDOR, address
from prm.accounts.models import User
from prm.payments import actions
from prm.payments.models import Payee, PaymentRun
from prm.payments.rules import Result

# Numbers from the banks' own examples: they exist nowhere.
ACCOUNTS = (
    ("helix", "Helix Systems GmbH", "DE02120300000000202051"),
    ("orbit", "Orbit Solutions", "DE02500105170137075030"),
)
NEW_ACCOUNT = ("orbit", "Orbit Solutions", "DE02100500000054540402")


def earnings(now: datetime) -> None:
    """Only once, so that what people change in the demo stays as they left it."""
    if Payee.objects.exists():
        return
    book_years_due(now=now)
    finance, admin = _person("finance", VENDOR), _person("admin", VENDOR)
    for slug, holder, iban in ACCOUNTS:
        asked = _ask(slug, holder, iban, now - timedelta(days=70))
        actions.confirm_payee(payee=asked, by=finance, now=now - timedelta(days=69))
    _paid(finance, admin, now - timedelta(days=20))
    _refunds(finance, now - timedelta(days=10))
    reckon_due(now=now)
    _ask(*NEW_ACCOUNT, now - timedelta(days=1))


def _ask(slug: str, holder: str, iban: str, now: datetime) -> Payee:
    return actions.request_payee(holder=holder, iban=iban, by=_person("admin", slug), now=now)


def _paid(finance: User, admin: User, now: datetime) -> PaymentRun:
    """A run of last month that the bank has paid; without an account to pay from it is approved and waits."""
    run = actions.prepare_run(currency="EUR", due_on=(now + timedelta(days=2)).date(), by=finance, now=now)
    run = actions.approve_run(run=run, by=admin, now=now + timedelta(hours=1))
    if not settings.PRM_PAYER_IBAN:
        return run
    run = actions.export_run(run=run, by=finance, now=now + timedelta(hours=2))
    payments = run.payments.order_by("pk")
    results = [Result(row, payment.public_id, "paid", run.due_on) for row, payment in enumerate(payments, start=2)]
    return actions.take_results(run=run, results=results, by=finance, now=now + timedelta(days=3))


def _refunds(finance: User, now: datetime) -> None:
    """A part of a deal of Helix, and all of one of Orbit."""
    for slug, part, reason in (
        ("helix", Decimal("0.25"), "A quarter of the vehicles were sold, and their licences returned."),
        ("orbit", Decimal(1), "The customer took the way out of the first thirty days."),
    ):
        won = Registration.objects.filter(state=State.WON, created_by__email__endswith=f"@{slug}.example")
        deal = won.order_by("closed_on", "pk").last()
        if deal is not None and deal.won_value:
            amount = (deal.won_value * part).quantize(Decimal("0.01"))
            refund(registration=deal, amount=amount, reason=reason, by=finance, now=now)


def _person(local: str, slug: str) -> User:
    return User.objects.get(email=address(local, slug))
