"""Questions about registrations that span tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Case, Count, F, IntegerField, Min, Q, QuerySet, Sum, Value, When
from django.utils.timezone import localdate

from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import OPEN, UNDECIDED, State
from partners.models import Partner
from prm.accounts.models import Membership, User
from prm.accounts.roles import ROLES
from prm.accounts.roles import Permission as P
from prm.calendars.selectors import calendar_at
from prm.clocks.calendar import Calendar
from prm.currencies import Money
from prm.rates.rules import Converted
from prm.rates.selectors import worths

RECENT = timedelta(days=30)
SOON = timedelta(days=14)


def calendar_of(partner: Partner, at: datetime) -> Calendar:
    """The business calendar of the PAM who decides, as it was at that moment; without one, the vendor's.

    A clock keeps the calendar that it began with: what somebody takes off afterwards moves nothing.
    """
    return calendar_at(partner.pam, at)


def colleagues_to_share_with(registration: Registration) -> QuerySet[User]:
    """Colleagues who would not see it otherwise, without those who do already."""
    reading = [slug for slug, role in ROLES.items() if P.DEALS_READ_ORGANISATION in role.permissions]
    present = Membership.objects.filter(organisation=registration.partner.organisation, ended_at=None)
    blind = present.exclude(roles__overlap=reading).values("user")
    people = User.objects.filter(pk__in=blind, is_active=True)
    return people.exclude(pk__in=registration.shares.values("user")).order_by("name", "email")


@dataclass
class Standing:
    """Where a set of registrations stands. Amounts are kept by currency, the programme's first."""

    open: int = 0
    waiting: int = 0
    asked: int = 0
    protected: int = 0
    won: int = 0
    registered: int = 0
    next_due_at: datetime | None = None
    next_end_at: datetime | None = None
    pipeline: list[Money] = field(default_factory=list)
    won_value: list[Money] = field(default_factory=list)


COUNTS = ("open", "waiting", "asked", "protected", "won", "registered")


def standing(rows: RegistrationQuerySet, now: datetime) -> Standing:
    """One query. Won is counted in the calendar year of the reader."""
    year = date(localdate(now).year, 1, 1)
    protected = Q(state=State.APPROVED, protected_until__gt=now)
    won = Q(state=State.WON, closed_on__gte=year)
    grouped = rows.order_by().values("currency").annotate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        waiting=Count("pk", filter=Q(state__in=UNDECIDED)),
        asked=Count("pk", filter=Q(state=State.ASKED)),
        protected=Count("pk", filter=protected),
        won=Count("pk", filter=won),
        registered=Count("pk", filter=~Q(state=State.DRAFT)),
        next_due_at=Min("decision_due_at", filter=Q(state=State.SUBMITTED)),
        next_end_at=Min("protected_until", filter=protected),
        pipeline=Sum("value", filter=Q(state__in=OPEN)),
        won_value=Sum("won_value", filter=won),
    )  # fmt: skip
    return _folded([dict(row) for row in grouped])


def _folded(grouped: list[dict[str, Any]]) -> Standing:
    counted: dict[str, Any] = {name: sum(row[name] for row in grouped) for name in COUNTS}
    soonest: dict[str, Any] = {
        name: min((row[name] for row in grouped if row[name]), default=None) for name in ("next_due_at", "next_end_at")
    }
    return Standing(
        **counted, **soonest, pipeline=_amounts(grouped, "pipeline"), won_value=_amounts(grouped, "won_value")
    )


def _amounts(grouped: list[dict[str, Any]], name: str) -> list[Money]:
    amounts = [Money(row[name], row["currency"]) for row in grouped if row[name]]
    return sorted(amounts, key=lambda money: (money.currency != settings.PRM_CURRENCY, money.currency))


def worth_of(deals: Iterable[Registration], on: date) -> dict[Money, Converted]:
    """What the values of these deals are worth in the programme's currency on that day; one query at most."""
    return worths([Money(deal.value, deal.currency) for deal in deals if deal.value is not None], on)


def most_urgent(rows: RegistrationQuerySet, now: datetime, limit: int) -> list[Registration]:
    """Questions first, then protections that end soon, then whatever is newest of what still lives."""
    urgency = Case(
        When(state=State.ASKED, then=Value(0)),
        When(state=State.APPROVED, protected_until__lte=now + SOON, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    soon = Case(When(state=State.APPROVED, protected_until__lte=now + SOON, then=F("protected_until")))
    living = rows.filter(state__in=[*OPEN, State.DRAFT]).annotate(urgency=urgency, soon=soon)
    return list(living.with_nouns().order_by("urgency", "soon", "-created_at", "-pk")[:limit])


@dataclass(frozen=True)
class Desk:
    """What waits for decisions, and how fast they were in the last 30 days (hours from the submission)."""

    waiting: int
    due_today: int
    overdue: int
    decided: int
    median_hours: Decimal | None


def desk(rows: RegistrationQuerySet, now: datetime, end_of_today: datetime) -> Desk:
    waiting = Q(state=State.SUBMITTED)
    counted = rows.order_by().aggregate(
        waiting=Count("pk", filter=waiting),
        due_today=Count("pk", filter=waiting & Q(decision_due_at__gte=now, decision_due_at__lte=end_of_today)),
        overdue=Count("pk", filter=waiting & Q(decision_due_at__lt=now)),
    )
    decided = rows.filter(decided_at__gt=now - RECENT).values_list("submitted_at", "decided_at")
    hours = [(end - start).total_seconds() / 3600 for start, end in decided if start and end]
    middle = Decimal(str(round(median(hours), 1))) if hours else None
    return Desk(**counted, decided=len(hours), median_hours=middle)
