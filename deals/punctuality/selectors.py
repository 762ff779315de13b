"""How punctual the vendor is, and who has how much to decide."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, Sum

from deals.punctuality.rules import may_be_shown
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import State
from partners.models import Partner
from prm.accounts.models import User
from prm.calendars.selectors import deciders
from prm.metrics.registry import Period
from prm.metrics.selectors import may_read

MONTHS = 3
HOUR = Decimal(3600)
TENTH = Decimal("0.1")


def loads() -> dict[User, int]:
    """How many decisions wait for each of the vendor's people who decide, those who are here longest first."""
    people = [membership.user for membership in deciders().select_related("user").order_by("user_id")]
    waiting = Registration.objects.filter(state=State.SUBMITTED).order_by()
    own = dict(waiting.filter(partner__pam__in=people).values_list("partner__pam").annotate(n=Count("pk")))
    second = dict(waiting.filter(escalated_to__in=people).values_list("escalated_to").annotate(n=Count("pk")))
    return {person: own.get(person.pk, 0) + second.get(person.pk, 0) for person in people}


class Percentile(Aggregate):
    """The continuous percentile of an interval; `share` of 0..1."""

    template = "percentile_cont(%(share)s) within group (order by %(expressions)s)"
    output_field = DurationField()
    allow_distinct = False


@dataclass(frozen=True)
class Kept:
    """How a set of decisions was kept to their dates. Hours run from the submission, weekends and questions too."""

    decisions: int
    late: int
    median_hours: Decimal | None
    p90_hours: Decimal | None
    escalated: int
    provisional: int
    asks: int
    partners_beside: int

    @property
    def in_time(self) -> Decimal | None:
        """A share of 0..1; None without a decision."""
        return Decimal(self.decisions - self.late) / self.decisions if self.decisions else None


def kept(rows: RegistrationQuerySet, period: Period, *, beside: Partner | None = None) -> Kept:
    """One query, over an index alone. `partners_beside` counts the partners other than `beside`."""
    took = ExpressionWrapper(F("decided_at") - F("submitted_at"), DurationField())
    others = ~Q(partner=beside) if beside else Q()
    found: dict[str, Any] = (
        rows.order_by()
        .filter(decided_at__gte=period.start, decided_at__lt=period.end)
        .aggregate(
            decisions=Count("pk"),
            late=Count("pk", filter=Q(decided_at__gt=F("decision_due_at"))),
            median_hours=Percentile(took, share=0.5),
            p90_hours=Percentile(took, share=0.9),
            escalated=Count("pk", filter=Q(escalated_at__isnull=False)),
            provisional=Count("pk", filter=Q(provisional_at__isnull=False)),
            asks=Sum("asks", default=0),
            partners_beside=Count("partner", distinct=True, filter=others),
        )
    )
    hours = {name: _hours(found[name]) for name in ("median_hours", "p90_hours")}
    return Kept(**{**found, **hours})


def _hours(took: timedelta | None) -> Decimal | None:
    return None if took is None else (Decimal(took.total_seconds()) / HOUR).quantize(TENTH)


def periods(now: datetime) -> list[Period]:
    """The last full months, the newest first, and the last full quarter."""
    found: list[Period] = []
    first = datetime(now.year, now.month, 1, tzinfo=now.tzinfo)
    for _n in range(MONTHS):
        last = first - timedelta(days=1)
        found.append(Period.parse(f"{last.year}-{last.month:02d}"))
        first = found[-1].start
    return [*found, Period.quarter_of(Period.quarter_of(now).start - timedelta(days=1))]


@dataclass(frozen=True)
class Board:
    """By period. `programme` holds None where too few others decide it; `own` is None for who has none to read."""

    periods: list[Period]
    programme: list[Kept | None]
    own: list[Kept] | None
    overdue: int


def months_of(quarter: Period) -> list[Period]:
    return [Period.parse(f"{quarter.start.year}-{quarter.start.month + n:02d}") for n in range(MONTHS)]


def _programme(shown: list[Period], reader: User, partner: Partner | None) -> list[Kept | None]:
    """A quarter is hidden with any of its months: what is left out could be had by subtraction."""
    everybody = Registration.objects.all()
    found = {period: kept(everybody, period, beside=partner) for period in shown}
    if reader.is_vendor:
        return list(found.values())
    *months, quarter = shown
    beside = {period: one.partners_beside for period, one in found.items()}
    beside |= {
        one: kept(everybody, one, beside=partner).partners_beside for one in months_of(quarter) if one not in found
    }
    open_to = {period for period in months if may_be_shown(beside[period])}
    if all(may_be_shown(beside[period]) for period in months_of(quarter)):
        open_to.add(quarter)
    return [found[period] if period in open_to else None for period in shown]


def board(reader: User, now: datetime) -> Board:
    """A constant number of queries."""
    shown = periods(now)
    partner = Partner.objects.filter(organisation=reader.organisation).first() if reader.is_partner else None
    programme = _programme(shown, reader, partner)
    rows = Registration.objects.filter(partner=partner)
    own = [kept(rows, period) for period in shown] if partner is not None and may_read(reader) else None
    waiting = Registration.objects.all() if reader.is_vendor else Registration.objects.visible_to(reader)
    overdue = waiting.filter(state=State.SUBMITTED, decision_due_at__lt=now).count()
    return Board(shown, programme, own, overdue)
