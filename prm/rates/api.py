"""Rates of exchange for programs: what is known, one more, many at once; and how figures at rates are shown."""

from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from rest_framework import serializers

from prm.api.doors import Creates, Lists, NounDoor, Reads
from prm.api.fields import Day, MoneyField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.currencies import CURRENCIES
from prm.rates import actions, policies
from prm.rates.listing import rates_of
from prm.rates.models import LONGEST_SOURCE, NEWEST, Rate
from prm.rates.rules import LEAST, PLACES, WHOLE, Together

MOST_RATES = 500
CODES = sorted(CURRENCIES)


class TogetherOut(serializers.Serializer[Together]):
    """Sums of several currencies as one figure, about: at the last rates, of which `oldest` is the oldest day."""

    money = MoneyField(source="figure", allow_null=True, help_text="Null when nothing could be converted.")
    oldest = serializers.DateField(allow_null=True)
    left_out = serializers.ListField(child=serializers.CharField(), help_text="Currencies without a rate.")


class RateOut(serializers.Serializer[Rate]):
    """One unit of `base` is worth `value` of `quote` from that day on."""

    id = serializers.CharField(source="public_id")
    base = serializers.CharField()
    quote = serializers.CharField()
    value = serializers.DecimalField(max_digits=WHOLE + PLACES, decimal_places=PLACES)
    on = serializers.DateField()
    source = serializers.CharField()  # type: ignore[assignment]
    corrected = serializers.BooleanField(source="is_corrected", help_text="A later one of the same day counts.")
    recorded_at = serializers.DateTimeField()


class RateIn(Given):
    base = serializers.ChoiceField(choices=CODES)
    quote = serializers.ChoiceField(
        choices=CODES, required=False, help_text="The programme's currency when it is left out."
    )
    value = serializers.DecimalField(max_digits=WHOLE + PLACES, decimal_places=PLACES, min_value=LEAST)
    on = Day()
    source = PlainText(max_length=LONGEST_SOURCE, required=False, allow_blank=True)  # type: ignore[assignment]


def given_of(row: dict[str, Any]) -> actions.Given:
    quote = row.get("quote", settings.PRM_CURRENCY)
    return actions.Given(row["base"], quote, Decimal(row["value"]), row["on"], row.get("source", ""))


class RatesIn(Given):
    rates = serializers.ListField(child=RateIn(), min_length=1, max_length=MOST_RATES)


class RatesOut(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    corrected = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    ids = serializers.ListField(child=serializers.CharField(), help_text="In the order in which they were given.")


class RateDoor(NounDoor[Rate]):
    out: ClassVar[Any] = RateOut

    def rows(self) -> QuerySet[Rate]:
        return rates_of(self.user)


class RateList(RateDoor, Lists[Rate], Creates[Rate]):
    """Rates of exchange, the newest day first. POST records one; for a day that has one it is a correction, and the
    last one counts. 409 when it says what is recorded already."""

    into = RateIn
    order = NEWEST
    filters = {
        "currency": Filter(PlainText(max_length=3), "currency", description="The one that is not the programme's."),
        "from": Filter(Day(), "on__gte"),
        "until": Filter(Day(), "on__lte"),
    }

    def may_list(self) -> bool:
        return policies.can_manage(self.user)

    def may_create(self) -> bool:
        return policies.can_manage(self.user)

    def create(self, given: dict[str, Any]) -> Rate:
        made = actions.record_rate(given=given_of(given), by=self.user, now=self.now)
        return self.rows().get(pk=made.pk)


class OneRate(RateDoor, Reads[Rate]):
    """A rate as it was recorded."""


class BulkRates(RateDoor, Creates[Any]):
    """Up to 500 rates, all of them or none, as often as you like: what is known already is left as it is."""

    out = RatesOut
    into = RatesIn
    has_address = False

    def may_create(self) -> bool:
        return policies.can_manage(self.user)

    def create(self, given: dict[str, Any]) -> Any:
        rows = [given_of(row) for row in given["rates"]]
        return report_of(actions.take_in(given=rows, by=self.user, now=self.now))


def report_of(puts: list[actions.Put]) -> dict[str, Any]:
    unchanged = sum(put.is_unchanged for put in puts)
    corrected = sum(put.before is not None for put in puts) - unchanged
    new = len(puts) - corrected - unchanged
    ids = [put.rate.public_id for put in puts]
    return {"new": new, "corrected": corrected, "unchanged": unchanged, "ids": ids}
