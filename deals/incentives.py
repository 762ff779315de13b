"""What the programme may add to its rates: one volume rebate, and prices that are held for a term."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from prm.currencies import CURRENCIES
from prm.policy.clauses import Clause
from prm.policy.schemas import PolicyValues

HUNDRED = Decimal(100)
MOST_VOLUME = Decimal(10) ** 11
Line = Annotated[str, Field(max_length=60)]
Lines = Annotated[tuple[Line, ...], Field(max_length=20)]
Months = Annotated[int, Field(ge=0, le=60)]


@dataclass(frozen=True)
class Step:
    """From a volume of `above` on, `rate` (a share) of the whole volume."""

    currency: str
    above: Decimal
    rate: Decimal


class VolumeRebate(PolicyValues):
    """For resellers. `steps` are lines such as `EUR 250000 2`: from EUR 250,000 won in a period, 2 % of all of it.

    Each currency has steps of its own; without any there is no rebate in it.
    """

    period: Literal["quarter", "year"] = "quarter"
    steps: Lines = ()

    @field_validator("steps")
    @classmethod
    def _steps_rise(cls, lines: tuple[str, ...]) -> tuple[str, ...]:
        found = [_step(line) for line in lines]
        ladder = sorted(found, key=lambda step: (step.currency, step.above))
        for lower, higher in pairwise(ladder):
            if lower.currency == higher.currency and not (lower.above < higher.above and lower.rate < higher.rate):
                raise PydanticCustomError("steps", "Whoever sells more earns a higher share: let the steps rise.")
        return tuple(f"{step.currency} {step.above:f} {_plain(step.rate * HUNDRED)}" for step in ladder)


class PriceHold(PolicyValues):
    """Months from the approval on; 0 is no hold. `products` are their short names; none means all."""

    months_msp: Months = 0
    months_mssp: Months = 0
    products: Lines = ()

    @field_validator("products")
    @classmethod
    def _once_each(cls, products: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(products)))

    def months_for(self, model: str) -> int:
        return {"msp": self.months_msp, "mssp": self.months_mssp}.get(model, 0)

    def holds(self, product: str) -> bool:
        return not self.products or product in self.products


def steps_in(rebate: VolumeRebate, currency: str) -> list[Step]:
    """The lowest first."""
    return [step for step in map(_step, rebate.steps) if step.currency == currency]


def currencies_of(rebate: VolumeRebate) -> list[str]:
    return sorted({_step(line).currency for line in rebate.steps})


def _step(line: str) -> Step:
    parts = line.split()
    try:
        currency, above, rate = parts[0], Decimal(parts[1]), Decimal(parts[2]) / HUNDRED
        fits = len(parts) == 3 and currency in CURRENCIES and 0 < above <= MOST_VOLUME and 0 < rate <= 1
        fits = fits and above == above.quantize(Decimal("0.01")) and rate == rate.quantize(Decimal("0.0001"))
    except (IndexError, InvalidOperation):
        fits = False
    if not fits:
        raise PydanticCustomError(
            "step", "Write each step as currency, volume and per cent, such as EUR 250000 2.", {"line": line}
        )
    return Step(currency, above.normalize(), rate)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def clauses(rebate: VolumeRebate, hold: PriceHold) -> list[Clause]:
    """Only of what there is: a programme without them says nothing of them."""
    found = []
    if rebate.steps:
        found.append(Clause("5.3", _("Volume rebate"), _text_rebate(rebate)))
    if hold.months_msp or hold.months_mssp:
        found.append(Clause("5.4", _("Prices that are held"), _text_hold(hold)))
    return found


def _text_rebate(rebate: VolumeRebate) -> str:
    lead = (
        _("Resellers earn a share of everything that they won in a calendar year, less refunds:")
        if rebate.period == "year"
        else _("Resellers earn a share of everything that they won in a calendar quarter, less refunds:")
    )
    told = _("Deals count when their win is recorded, each currency by itself, by the rules of the period's first day.")
    return f"{lead} {_ladder(map(_step, rebate.steps))}. {told}"


def _ladder(steps: Iterable[Step]) -> str:
    return "; ".join(
        _("%(rate)s %% from %(currency)s %(above)s on")
        % {"rate": _plain(step.rate * HUNDRED), "currency": step.currency, "above": f"{step.above:,.2f}"}
        for step in steps
    )


def _text_hold(hold: PriceHold) -> str:
    named = {_("MSPs"): hold.months_msp, _("MSSPs"): hold.months_mssp}
    terms = ", ".join(
        _("for %(who)s %(months)d months") % {"who": who, "months": months} for who, months in named.items() if months
    )
    which = _("of these products: %(names)s") % {"names": ", ".join(hold.products)} if hold.products else ""
    sentence = _("The list price of an approved deal's products is held from the approval on: %(terms)s.")
    what = _("Renewals and expansions of the same customer within that time have the held price.")
    return " ".join(
        part for part in (sentence % {"terms": terms}, which and f"{which[0].upper()}{which[1:]}.", what) if part
    )
