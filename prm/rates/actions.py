"""Recording rates of exchange. Nothing is changed: what was wrong is followed by a row that counts instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.clocks.calendar import local_date
from prm.currencies import CURRENCIES
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.rates import policies
from prm.rates.events import RATE
from prm.rates.models import LONGEST_SOURCE, Rate
from prm.rates.rules import is_rate
from prm.rates.states import Quotation

BATCH = 1000


@dataclass(frozen=True)
class Given:
    """One unit of `base` is worth `value` of `quote` on that day; one of the two is the programme's currency."""

    base: str
    quote: str
    value: Decimal
    on: date
    source: str = ""

    @property
    def quotation(self) -> str:
        return Quotation.DIRECT if self.quote == settings.PRM_CURRENCY else Quotation.INDIRECT

    @property
    def currency(self) -> str:
        return self.base if self.quotation == Quotation.DIRECT else self.quote


@dataclass(frozen=True)
class Put:
    """What became of one: `before` is what counted until then. Where that says the same, it is the row itself."""

    rate: Rate
    before: Rate | None

    @property
    def is_unchanged(self) -> bool:
        return self.rate == self.before


@transaction.atomic
def record_rate(*, given: Given, by: User, now: datetime) -> Rate:
    """StateConflict when the same is recorded for that day already."""
    _check_may(by)
    _refuse(_faults(given, _today(by, now)))
    _lock()
    [put] = _put([given], by, now)
    if put.is_unchanged:
        raise StateConflict(_("This rate is recorded already."), state="recorded")
    data = {"base": put.rate.base, "quote": put.rate.quote, "value": put.rate.plain, "on": given.on.isoformat()}
    kind = "rate.corrected" if put.before else "rate.recorded"
    record(kind, by=by, now=now, organisation_id=None, subject=(RATE, put.rate.public_id), data=data)
    return put.rate


@transaction.atomic
def take_in(*, given: Sequence[Given], by: User, now: datetime) -> list[Put]:
    """All of them or none, as often as you like: what is known already is left as it is.

    At most one for each day and currency. Raises InvalidInput by the number of what cannot be taken, from 0 on.
    """
    _check_may(by)
    today = _today(by, now)
    faults = [(number, _faults(each, today)) for number, each in enumerate(given)]
    _refuse({f"{number}.{name}": sentences for number, found in faults for name, sentences in found.items()})
    if len({(each.currency, each.on) for each in given}) < len(given):
        raise InvalidInput({"": [_("There are two rates of a currency for one day.")]})
    _lock()
    puts = _put(given, by, now)
    made = [put for put in puts if not put.is_unchanged]
    if made:
        corrected = sum(put.before is not None for put in made)
        data = {"new": len(made) - corrected, "corrected": corrected}
        record("rate.imported", by=by, now=now, organisation_id=None, subject=(RATE, made[0].rate.public_id), data=data)
    return puts


def _check_may(by: User) -> None:
    if not policies.can_manage(by):
        raise NotAllowed(_("Your role does not keep the rates of exchange."))


def _faults(given: Given, today: date) -> dict[str, list[str]]:
    faults = {
        "base": _wrong_pair(given),
        "value": "" if is_rate(given.value) else _("Give a rate above 0 with at most ten decimals."),
        "on": _("This day is still to come.") if given.on > today else "",
        "source": _("Say it in fewer words.") if len(given.source) > LONGEST_SOURCE else "",
    }
    return {name: [fault] for name, fault in faults.items() if fault}


def _refuse(faults: dict[str, list[str]]) -> None:
    if faults:
        raise InvalidInput(faults)


def _wrong_pair(given: Given) -> str:
    pair = {given.base, given.quote}
    if len(pair) == 2 and settings.PRM_CURRENCY in pair and pair <= CURRENCIES:
        return ""
    sentence = _("A rate is between %(currency)s and another currency.")
    return sentence % {"currency": settings.PRM_CURRENCY}


def _today(by: User, now: datetime) -> date:
    """The day where the vendor's books are kept."""
    return local_date(now, by.organisation.time_zone if by.organisation else "UTC")


def _lock() -> None:
    """Whoever else records waits; whoever reads does not."""
    with connection.cursor() as cursor:
        cursor.execute("lock table rates_rate in share row exclusive mode")


def _put(given: Sequence[Given], by: User, now: datetime) -> list[Put]:
    known = _counting(given)
    puts: list[Put] = []
    for each in given:
        before = known.get((each.currency, each.on))
        if before is not None and before.says(each.value, each.quotation):
            puts.append(Put(before, before))
        else:
            puts.append(Put(_row(each, before, by, now), before))
    Rate.objects.bulk_create([put.rate for put in puts if not put.is_unchanged], batch_size=BATCH)
    return puts


def _counting(given: Sequence[Given]) -> dict[tuple[str, date], Rate]:
    """What counts by now for these currencies and days; one query."""
    wanted: dict[str, Any] = {
        "currency__in": {each.currency for each in given},
        "on__in": {each.on for each in given},
    }
    rows = Rate.objects.filter(reporting=settings.PRM_CURRENCY, **wanted).order_by("recorded_at", "pk")
    return {(row.currency, row.on): row for row in rows}


def _row(given: Given, before: Rate | None, by: User, now: datetime) -> Rate:
    if before is not None and before.recorded_at >= now:
        raise StateConflict(_("Somebody else has recorded this rate meanwhile; see what it says."), state="recorded")
    return Rate(
        reporting=settings.PRM_CURRENCY,
        currency=given.currency,
        quotation=given.quotation,
        value=given.value,
        on=given.on,
        source=given.source,
        recorded_at=now,
        recorded_by=by,
    )
