"""What can be paid now, and what stands in the way."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings

from prm.accounts.models import Organisation
from prm.currencies import Money
from prm.ledger.models import Entry, EntryQuerySet
from prm.payments import rules
from prm.payments.models import Payee, PaymentLine
from prm.payments.rulebook import SCHEMA, PaymentRules
from prm.policy.selectors import current
from prm.rates.rules import convert
from prm.rates.selectors import rates_for


def free_entries(currency: str, today: date) -> EntryQuerySet:
    """Payable ones that no living payment holds."""
    held = PaymentLine.objects.filter(living=True).values("entry")
    return Entry.objects.payable(today).filter(currency=currency).exclude(pk__in=held)


def planned(rows: EntryQuerySet, least: Decimal) -> rules.Plan:
    """Two queries."""
    found = list(rows.order_by("organisation__name", "organisation", "pk").values_list("pk", "organisation", "amount"))
    accounts = Payee.objects.active().filter(organisation__in={organisation for _pk, organisation, _amount in found})
    payees = dict(accounts.values_list("organisation", "pk"))
    opened = [rules.Open(pk, organisation, amount, payees.get(organisation)) for pk, organisation, amount in found]
    return rules.plan(opened, least)


@dataclass(frozen=True)
class Worth:
    """In the programme's currency, and the rate with its day; all None where no rate is known."""

    currency: str
    amount: Decimal | None = None
    rate: Decimal | None = None
    on: date | None = None


def worth_of(money: Money, on: date) -> Worth:
    """One query, none in the programme's currency."""
    reporting = settings.PRM_CURRENCY
    found = convert(money, reporting, on, rates_for({money.currency}, on))
    return Worth(reporting, found.money.amount, found.rate, found.on) if found else Worth(reporting)


@dataclass(frozen=True)
class Outlook:
    """What a run in this currency would pay now; `exceptions` are (organisation, amount) that nobody can be paid."""

    currency: str
    total: Decimal
    payments: int
    exceptions: list[tuple[Organisation, Decimal]]

    @property
    def money(self) -> Money:
        return Money(self.total, self.currency)


def outlooks(now: datetime, today: date) -> list[Outlook]:
    """One for each currency in which something is payable."""
    least = current(SCHEMA, PaymentRules, now=now).values.least_payment
    currencies = Entry.objects.payable(today).order_by("currency").values_list("currency", flat=True).distinct()
    plans = {currency: planned(free_entries(currency, today), least) for currency in currencies}
    missing = {pk for plan in plans.values() for pk in plan.without_payee}
    named = Organisation.objects.in_bulk(missing)
    return [
        Outlook(
            currency,
            plan.total,
            len(plan.payments),
            [(named[pk], amount) for pk, amount in plan.without_payee.items()],
        )
        for currency, plan in plans.items()
        if plan.payments or plan.without_payee
    ]
