"""What a volume rebate brings: plain values in, plain values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from deals.incentives import Step
from deals.registrations.rules import earnings
from partners.states import BusinessModel

# Whose business is volume.
REBATED = frozenset({BusinessModel.VAR.value})
MONTHS_OF = {"quarter": 3, "year": 12}


@dataclass(frozen=True)
class Period:
    """A calendar quarter or year, from its first to its last day."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """`2026Q4`, or `2026` of a year."""
        is_year = (self.last.month - self.first.month) == 11
        return f"{self.first.year}" if is_year else f"{self.first.year}Q{(self.first.month + 2) // 3}"


def period_with(day: date, length: str) -> Period:
    months = MONTHS_OF[length]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    beyond = first.month + months
    after = date(first.year + (beyond > 12), beyond - 12 if beyond > 12 else beyond, 1)
    return Period(first, after - timedelta(days=1))


def period_before(period: Period, length: str) -> Period:
    return period_with(period.first - timedelta(days=1), length)


def reached(volume: Decimal, steps: Sequence[Step]) -> Step | None:
    """The highest step that the volume comes up to."""
    below = [step for step in steps if step.above <= volume]
    return max(below, key=lambda step: step.above) if below else None


def following(volume: Decimal, steps: Sequence[Step]) -> Step | None:
    """The lowest step that it does not come up to yet."""
    beyond = [step for step in steps if step.above > volume]
    return min(beyond, key=lambda step: step.above) if beyond else None


def rebate(volume: Decimal, steps: Sequence[Step], currency: str) -> Decimal:
    """The share of the step that is reached, of all of the volume."""
    step = reached(volume, steps)
    return earnings(volume, step.rate, currency) if step else Decimal("0.00")


def added(volume: Decimal, value: Decimal, steps: Sequence[Step], currency: str) -> Decimal:
    """What one more deal of that value adds to the rebate, with the steps that it lets the volume reach."""
    return rebate(volume + value, steps, currency) - rebate(volume, steps, currency)
