"""What sellers earn more with partners, over REST."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.uplift.policies import can_read
from deals.uplift.selectors import AMOUNTS, by_seller, figures
from prm.api.doors import Door, require
from prm.api.fields import MoneyField, PlainText
from prm.api.filters import Filter
from prm.currencies import Money
from prm.ledger.shown import today_of
from prm.metrics.registry import Period
from prm.rates.api import TogetherOut


class SellerUpliftOut(serializers.Serializer[Any]):
    seller = serializers.CharField(source="seller__public_id", allow_null=True)
    deals_with = serializers.IntegerField(help_text="Won with a partner attached.")
    value_with = MoneyField()
    deals_without = serializers.IntegerField()
    value_without = MoneyField()
    earned = MoneyField(help_text="The uplift, at the rates that were frozen at each win.")


class UpliftTogetherOut(serializers.Serializer[Any]):
    """At the rates of the period's last day, or of today; null for what is of one currency."""

    value_with = TogetherOut(allow_null=True)
    value_without = TogetherOut(allow_null=True)
    earned = TogetherOut(allow_null=True)


class UpliftOut(serializers.Serializer[Any]):
    period = serializers.CharField()
    together = UpliftTogetherOut(help_text="All rows as one figure.")
    rows = SellerUpliftOut(many=True, help_text="By seller and currency.")


class Uplift(Door):
    """What sellers won in a period with and without a partner. A seller reads the own figures alone."""

    serializer_class = UpliftOut
    filters = {
        "period": Filter(
            PlainText(max_length=7), description="2026, 2026Q4 or 2026-11; the present quarter without it."
        )
    }

    def get(self, _request: Request, **_path: str) -> Response:
        require(can_read(self.user))
        asked = self.parameters().get("period")
        period = Period.parse(asked) if asked else Period.quarter_of(self.now)
        found = list(by_seller(self.user, period))
        figure = figures(found, period, today_of(self.user, self.now))
        rows = [_shown(row) for row in found]
        return Response(UpliftOut({"period": period.label, "together": figure, "rows": rows}).data)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, **{name: Money(row[name], row["currency"]) for name in AMOUNTS}}
