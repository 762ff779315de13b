"""Decisions about a registration: plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from deals.registrations.states import TRANSITIONS, Engagement, Motion, Opportunity, Per, Verb
from deals.rulebook import DealRules
from prm.clocks.calendar import Calendar, end_of_day, local_date
from prm.currencies import minor_digits

CENT = Decimal("0.01")
MONTHS = 12
MORNING = timedelta(hours=-15, minutes=-59, seconds=-59)  # from 23:59:59 back to 08:00 of the same day

# What a PAM may ask for: everything but what makes it another customer or another product.
ASKABLE: Mapping[str, str] = {
    "customer.city": "customer_city",
    "customer.contact.name": "contact_name",
    "customer.contact.email": "contact_email",
    "customer.contact.title": "contact_title",
    "value": "value",
    "recurring": "recurring_amount",
    "expected_close": "expected_close",
    "motion": "motion",
    "opportunity": "opportunity",
    "engagement": "engagement",
    "origin": "origin",
    "segment": "segment",
    "competitor": "competitor",
    "own_services": "own_services",
    "work_done": "work_done",
    "external_id": "external_id",
}

# Paths as the API names them: what a complete registration has.
REQUIRED: Mapping[str, str] = {
    "customer.name": "customer_name",
    "customer.country": "customer_country",
    "value": "value",
    "expected_close": "expected_close",
    "motion": "motion",
    "opportunity": "opportunity",
    "engagement": "engagement",
    "work_done": "work_done",
}


def allows(verb: Verb, state: str) -> bool:
    return state in TRANSITIONS[verb][0]


def missing(values: Mapping[str, Any], *, products: int, rules: DealRules, today: date) -> dict[str, str]:
    """What keeps a draft from being complete: API path → code (required, too_short, past)."""
    found = {path: "required" for path, name in REQUIRED.items() if values.get(name) in (None, "")}
    if not products:
        found["products"] = "required"
    if "work_done" not in found and len(str(values["work_done"]).strip()) < rules.work_done_characters:
        found["work_done"] = "too_short"
    if "expected_close" not in found and values["expected_close"] < today:
        found["expected_close"] = "past"
    return found


def hours_between(approved_at: datetime, now: datetime) -> int:
    """Whole hours; none for whoever waited for the approval with an older clock."""
    return max(0, int((now - approved_at) / timedelta(hours=1)))


def is_early(approved_at: datetime, now: datetime, rules: DealRules) -> bool:
    """A deal that was won when it was registered was not found with the help of its protection."""
    return now < approved_at + timedelta(hours=rules.early_win_hours)


def decision_due(start: datetime, rules: DealRules, calendar: Calendar) -> datetime:
    return calendar.due(start, rules.decision_business_days)


def pauses(asks_so_far: int, rules: DealRules) -> bool:
    """Only the first questions stop the vendor's clock."""
    return asks_so_far < rules.asks_that_pause


def resumed_due(due: datetime, paused_at: datetime, now: datetime, calendar: Calendar) -> datetime:
    """The due date moved by the business time that the partner took to answer."""
    return calendar.postpone(due, calendar.business_time(paused_at, now))


def protection_end(approved_at: datetime, rules: DealRules, time_zone: str) -> datetime:
    """23:59:59 of the last day, on the partner's wall."""
    return end_of_day(local_date(approved_at, time_zone) + timedelta(days=rules.protection_days), time_zone)


def reminder_times(until: datetime, days: Iterable[int], time_zone: str) -> list[tuple[datetime, int]]:
    """When to remind, soonest first: (08:00 of the day that many days before the end, days)."""
    last_day = local_date(until, time_zone)
    return sorted((end_of_day(last_day - timedelta(days=n), time_zone) + MORNING, n) for n in set(days))


def next_reminder(until: datetime, days: Iterable[int], time_zone: str, now: datetime) -> datetime | None:
    return next((at for at, _days in reminder_times(until, days, time_zone) if at > now), None)


def reminder_now(until: datetime, days: Iterable[int], time_zone: str, now: datetime) -> int | None:
    """The one reminder that is worth sending now; those missed before it collapse into it."""
    passed = [n for at, n in reminder_times(until, days, time_zone) if at <= now]
    return min(passed) if passed else None


def rate(*, motion: str, engagement: str, opportunity: str, rules: DealRules) -> Decimal:
    """The share of the value that the partner earns once."""
    if motion == Motion.REFERRAL:
        base = rules.rate_referral
    elif motion == Motion.INFLUENCE:
        base = rules.rate_influence
    else:
        base = {
            Engagement.ASSISTED.value: rules.rate_assisted,
            Engagement.SHARED.value: rules.rate_shared,
            Engagement.INDEPENDENT.value: rules.rate_independent,
        }.get(engagement, Decimal(0))
    return base * rules.renewal_share if opportunity == Opportunity.RENEWAL else base


def yearly_rate(*, motion: str, opportunity: str, rules: DealRules) -> Decimal:
    """The share of a year's value that the partner earns each year for managing it; zero for other motions."""
    base = rules.rate_managed_yearly if motion == Motion.MANAGED else Decimal(0)
    return base * rules.renewal_share if opportunity == Opportunity.RENEWAL else base


def a_year_of(amount: Decimal, per: str, months: int) -> Decimal:
    """What recurs in a year of the contract, or in all of a shorter one."""
    length = {Per.MONTH.value: 1, Per.QUARTER.value: 3, Per.YEAR.value: MONTHS}[per]
    return (amount * min(months, MONTHS) / length).quantize(CENT, rounding=ROUND_HALF_EVEN)


def earnings(value: Decimal, share: Decimal, currency: str = "EUR") -> Decimal:
    """To the smallest coin of the currency, with the two decimals that are stored."""
    coin = Decimal(1).scaleb(-minor_digits(currency))
    return (value * share).quantize(coin, rounding=ROUND_HALF_EVEN).quantize(CENT)


def share_of_list(some: Sequence[Decimal], lines: Sequence[Decimal]) -> Decimal:
    """What part of a registration some of its lines are, by list price times quantity; by their number where none has
    a price."""
    whole = sum(lines)
    return sum(some, Decimal(0)) / whole if whole else Decimal(len(some)) / len(lines)


def part_of(amount: Decimal | None, share: Decimal, currency: str) -> Decimal | None:
    """At least the smallest coin; None stays None, and the whole stays as it was written."""
    if amount is None or share == 1:
        return amount
    coin = Decimal(1).scaleb(-minor_digits(currency))
    return max(earnings(amount, share, currency), coin.quantize(CENT)) if amount else amount


def coded(reason: str, codes: Iterable[str], other: str) -> tuple[str, str]:
    """A reason as (code, text): a known code is itself, anything else is kept as the text of `other`."""
    reason = reason.strip()
    return (reason, "") if reason in set(codes) else (other, reason[:300])
