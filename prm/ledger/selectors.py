"""Balances, months and statements: sums for each currency, never over two of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DecimalField, Exists, Max, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, TruncMonth

from prm.accounts.models import Organisation
from prm.currencies import Money
from prm.ledger.models import Entry, EntryQuerySet, IssuedStatement
from prm.ledger.rules import next_month
from prm.ledger.states import EARNED, Kind
from prm.rates.rules import Together
from prm.rates.selectors import all_together, together

NOTHING = Decimal("0.00")
DAY = timedelta(days=1)
PAID = Q(settlement__isnull=False)
OWED = ~Q(kind=Kind.PAYOUT)


def _sum(condition: Q) -> Coalesce:
    return Coalesce(Sum("amount", filter=condition), Value(NOTHING), output_field=DecimalField())


@dataclass(frozen=True)
class Balance:
    """In one currency: earned less taken back, and where that stands. earned = waiting + payable + paid."""

    currency: str
    earned: Decimal
    waiting: Decimal
    payable: Decimal
    paid: Decimal


COLUMNS = ("earned", "waiting", "payable", "paid")


def figures(found: Sequence[Balance], today: date) -> dict[str, Together | None]:
    """Each column of the balances as one figure, at the rates of today; one query at most."""
    columns = [[Money(getattr(row, name), row.currency) for row in found] for name in COLUMNS]
    return dict(zip(COLUMNS, all_together(columns, today), strict=True))


def balances(rows: EntryQuerySet, today: date) -> list[Balance]:
    """One query; the currency with the most first."""
    grouped = rows.order_by().values("currency").annotate(
        earned=_sum(OWED),
        waiting=_sum(OWED & ~PAID & Q(payable_from__gt=today)),
        payable=_sum(OWED & ~PAID & Q(payable_from__lte=today)),
        paid=_sum(OWED & PAID),
    )  # fmt: skip
    found = [Balance(**row) for row in grouped]
    return sorted(found, key=lambda balance: (-balance.earned, balance.currency))


@dataclass(frozen=True)
class Month:
    """What one month brought in one currency, by the day of booking. `is_final` as of a statement."""

    organisation: Organisation
    month: date
    currency: str
    earned: Decimal
    reversed: Decimal
    paid: Decimal
    is_final: bool


def months(rows: QuerySet[Entry], limit: int, today: date) -> list[Month]:
    """The newest first, with the organisation whose statement it is."""
    newest = rows.order_by().annotate(month=TruncMonth("booked_on")).values("organisation", "month", "currency")
    grouped = newest.annotate(
        earned=_sum(Q(kind__in=EARNED)), reversed=_sum(Q(kind=Kind.REVERSAL)), paid=_sum(Q(kind=Kind.PAYOUT))
    )
    found = list(grouped.order_by("-month", "organisation__name", "organisation", "currency")[:limit])
    named = Organisation.objects.in_bulk({row["organisation"] for row in found})
    return [
        Month(
            **{
                **dict[str, Any](row),
                "organisation": named[row["organisation"]],
                "is_final": next_month(row["month"]) <= today,
            }
        )
        for row in found
    ]


def to_issue(months: list[date], limit: int) -> list[tuple[Organisation, date]]:
    """Organisations with something booked in one of these months whose statement nobody was told of."""
    issued = IssuedStatement.objects.filter(organisation=OuterRef("pk"))
    found: list[tuple[Organisation, date]] = []
    for month in months:
        booked = Entry.objects.filter(
            organisation=OuterRef("pk"), booked_on__gte=month, booked_on__lt=next_month(month)
        )
        rows = Organisation.objects.filter(Exists(booked), ~Exists(issued.filter(month=month))).order_by("pk")
        found += [(organisation, month) for organisation in rows[:limit]]
    return found


@dataclass(frozen=True)
class DealSum:
    """What one deal brought in one currency."""

    subject_type: str
    subject_id: str
    label: str
    currency: str
    earned: Decimal
    reversed: Decimal
    paid: Decimal

    @property
    def left(self) -> Decimal:
        return self.earned + self.reversed


def by_deal(rows: EntryQuerySet, limit: int) -> list[DealSum]:
    """The one that was booked last on top."""
    grouped = rows.filter(OWED).order_by().values("subject_type", "subject_id", "label", "currency").annotate(
        earned=_sum(Q(kind__in=EARNED)), reversed=_sum(Q(kind=Kind.REVERSAL)), paid=_sum(PAID), last=Max("pk")
    )  # fmt: skip
    return [DealSum(**_without(row, "last")) for row in grouped.order_by("-last")[:limit]]


def _without(row: Any, name: str) -> dict[str, Any]:
    return {key: value for key, value in dict(row).items() if key != name}


@dataclass(frozen=True)
class Total:
    """One currency of a statement: opening + earned + reversed + paid = closing."""

    currency: str
    opening: Decimal
    earned: Decimal
    reversed: Decimal
    paid: Decimal

    @property
    def closing(self) -> Decimal:
        return self.opening + self.earned + self.reversed + self.paid


@dataclass(frozen=True)
class Statement:
    """One organisation's month. `is_final` once the month is over: nothing is booked into it any more."""

    organisation: Organisation
    month: date
    is_final: bool
    sums: list[Total] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    # What the balances of several currencies come to, at the rates of the last day of the month, or of today.
    together: Together | None = None


def in_month(organisation: Organisation, month: date) -> EntryQuerySet:
    return Entry.objects.filter(organisation=organisation, booked_on__gte=month, booked_on__lt=next_month(month))


def lines_of(organisation: Organisation, month: date) -> QuerySet[Entry]:
    """In the order of booking."""
    rows = in_month(organisation, month).select_related("organisation", "settlement", "reverses")
    return rows.order_by("booked_on", "pk")


def statement(organisation: Organisation, month: date, today: date) -> Statement:
    """Three queries at most, however long the month."""
    after = next_month(month)
    here = Q(booked_on__gte=month)
    upto = Entry.objects.filter(organisation=organisation, booked_on__lt=after)
    grouped = upto.order_by().values("currency").annotate(
        opening=_sum(Q(booked_on__lt=month)),
        earned=_sum(here & Q(kind__in=EARNED)),
        reversed=_sum(here & Q(kind=Kind.REVERSAL)),
        paid=_sum(here & Q(kind=Kind.PAYOUT)),
    )  # fmt: skip
    sums = [Total(**row) for row in grouped.order_by("currency")]
    return Statement(
        organisation=organisation,
        month=month,
        is_final=after <= today,
        sums=sums,
        entries=list(lines_of(organisation, month)),
        together=together([Money(total.closing, total.currency) for total in sums], min(after - DAY, today)),
    )
