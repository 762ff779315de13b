"""How much a partner has won in a period, and what that brings."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F, QuerySet, Sum

from deals.incentives import Step, VolumeRebate, currencies_of, steps_in
from deals.rebates import rules
from deals.rebates.rules import Period
from deals.registrations.models import Registration
from deals.registrations.states import Outcome, State
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.models import Holder
from deals.teaming.rules import parted
from partners.models import Partner
from prm.clocks.calendar import end_of_day, local_date
from prm.policy.selectors import Current, current

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
NOTHING = Decimal("0.00")
# Won, whether or not all of it was refunded later.
BROUGHT = (State.WON, State.REVERSED)


def rules_of(period: Period) -> Current[DealRules]:
    """Those of the period's first day: what is published later counts from the next one on."""
    return current(SCHEMA, DealRules, now=datetime.combine(period.first, time(), UTC))


def period_now(partner: Partner, now: datetime) -> Period:
    length = current(SCHEMA, DealRules, now=now).values.volume_rebate.period
    return rules.period_with(local_date(now, partner.organisation.time_zone), length)


def won_in(period: Period, time_zone: str) -> QuerySet[Registration]:
    """Deals whose win was recorded in the period, on the partner's wall."""
    begin, end = end_of_day(period.first - DAY, time_zone) + SECOND, end_of_day(period.last, time_zone) + SECOND
    return Registration.objects.filter(state__in=BROUGHT, ended_at__gte=begin, ended_at__lt=end)


def volumes(partner: Partner, period: Period) -> dict[str, Decimal]:
    """By currency: what was won less what was refunded; of what two share the partner's part, whoever won it."""
    won = won_in(period, partner.organisation.time_zone).filter(won_value__isnull=False).order_by()
    alone = won.filter(partner=partner).exclude(outcome=Outcome.TEAMING)
    summed = alone.values("currency").annotate(volume=Sum(F("won_value") - F("refunded_value")))
    found: dict[str, Decimal] = {row["currency"]: row["volume"] for row in summed}
    teams = Holder.objects.agreed().filter(registration__partner=partner).values("teaming")
    for deal in won.filter(seats__teaming__in=teams, outcome=Outcome.TEAMING):
        found[deal.currency] = found.get(deal.currency, NOTHING) + _part_of(partner, deal)
    return found


def _part_of(partner: Partner, deal: Registration) -> Decimal:
    """Parted as the customer's revenue is."""
    shares = {row["organisation"]: Decimal(row["share"]) for row in deal.terms["shares"]}
    parts = parted(deal.won_value or NOTHING, deal.refunded_value, list(shares.values()), deal.currency)
    by_organisation: dict[str, Decimal] = dict(zip(shares, parts, strict=True))
    return by_organisation[partner.organisation.public_id]


@dataclass(frozen=True)
class Progress:
    """One currency of the period that runs: where the volume stands, and what it would bring if it ended today."""

    period: Period
    currency: str
    volume: Decimal
    reached: Step | None
    following: Step | None
    amount: Decimal

    @property
    def missing(self) -> Decimal | None:
        return self.following.above - self.volume if self.following else None

    @property
    def of_following(self) -> Decimal:
        """A share from 0 to 1."""
        return min(Decimal(1), self.volume / self.following.above) if self.following else Decimal(1)


def progress(partner: Partner, now: datetime) -> list[Progress]:
    """One for each currency with steps; empty where there is no rebate for this partner."""
    if partner.model not in rules.REBATED:
        return []
    period = period_now(partner, now)
    offered = rules_of(period).values.volume_rebate
    known = volumes(partner, period) if offered.steps else {}
    return [_standing(offered, period, code, known.get(code, NOTHING)) for code in currencies_of(offered)]


def _standing(offered: VolumeRebate, period: Period, currency: str, volume: Decimal) -> Progress:
    steps = steps_in(offered, currency)
    amount = rules.rebate(volume, steps, currency)
    return Progress(period, currency, volume, rules.reached(volume, steps), rules.following(volume, steps), amount)


@dataclass(frozen=True)
class Added:
    """What a deal would add to the rebate of the period that runs, if it were won in it."""

    amount: Decimal
    rate: Decimal
    period: Period


def added_by(partner: Partner, value: Decimal | None, currency: str, now: datetime) -> Added | None:
    """None where the programme has no rebate for this partner in this currency."""
    here = next((row for row in progress(partner, now) if row.currency == currency), None)
    if here is None or value is None:
        return None
    steps = steps_in(rules_of(here.period).values.volume_rebate, currency)
    step = rules.reached(here.volume + value, steps)
    amount = rules.added(here.volume, value, steps, currency)
    return Added(amount, step.rate if step else Decimal(0), here.period)
