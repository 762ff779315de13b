"""What a deal would earn, for programs: asked before anything is registered, and nothing is stored."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.products.requirements import check_open
from deals.rebates.selectors import Added, added_by
from deals.registrations import policies
from deals.registrations.api import Seen
from deals.registrations.given import LinesField, RecurringIn
from deals.registrations.models import Registration
from deals.registrations.quotes import FLAT, QuoteLine, Recurring, lines
from deals.registrations.states import Engagement, Motion, Opportunity
from deals.rulebook import SCHEMA, DealRules
from partners.models import Partner
from prm.api.doors import GivenDoor, require
from prm.api.fields import Choice, MoneyField
from prm.api.idempotency import once
from prm.api.serializers import Given
from prm.currencies import Money
from prm.policy.selectors import current

Amount = dict[str, str]


class QuoteIn(Given):
    """`engagement` may be left out where every part earns the same."""

    products = LinesField(required=False)
    value = MoneyField()
    recurring = RecurringIn(required=False, allow_null=True)
    motion = Choice(Motion)
    opportunity = Choice(Opportunity, required=False, default=Opportunity.NEW.value)
    engagement = Choice(Engagement, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        amount = (attrs.get("recurring") or {}).get("amount")
        if isinstance(amount, Money) and amount.currency != attrs["value"].currency:
            raise serializers.ValidationError({"recurring": [_("Give every amount in the same currency.")]})
        if attrs["motion"] not in FLAT and "engagement" not in attrs:
            raise serializers.ValidationError({"engagement": [_("Say what your part in this deal is.")]})
        return attrs


class QuoteLineOut(serializers.Serializer[Any]):
    what = serializers.ChoiceField(choices=["once", "yearly"])
    rate = serializers.CharField(help_text="A share: 0.2 is 20 %.")
    base = MoneyField()
    amount = MoneyField()


class AlternativeOut(serializers.Serializer[Any]):
    engagement = serializers.ChoiceField(choices=Engagement.choices)
    total = MoneyField()


class RebateOut(serializers.Serializer[Any]):
    period = serializers.CharField(help_text="`2026Q4`, or `2026` where it is reckoned by the year.")
    rate = serializers.CharField(help_text="The share of the whole volume that would be reached.")
    amount = MoneyField(help_text="What the deal would add if it were won in the period.")


class QuoteOut(serializers.Serializer[Any]):
    lines = QuoteLineOut(many=True)
    total = MoneyField(help_text="Once, and one year of what comes each year.")
    alternatives = AlternativeOut(many=True)
    rebate = RebateOut(allow_null=True, help_text="Null where the programme has none for you in this currency.")
    price_hold_months = serializers.IntegerField(
        help_text="How long list prices are held from the approval on; 0: not."
    )


class Quoted(Seen, GivenDoor[Registration]):
    """What a deal would earn under the rules in force, line by line, and with another part in it."""

    out = QuoteOut  # type: ignore[assignment]
    into = QuoteIn

    def post(self, _request: Request, **_path: str) -> Response:
        with transaction.atomic():
            require(policies.can_register(self.user))
            return once(self.request._request, by=self.user, now=self.now, produce=self._quoted)

    def _quoted(self) -> Response:
        given = self.given()
        deal_rules = current(SCHEMA, DealRules, now=self.now).values
        parts = {part: lines(**_asked(given, part), deal_rules=deal_rules) for part in Engagement.values}
        currency = given["value"].currency
        value: Money = given["value"]
        partner = Partner.objects.select_related("organisation").get(organisation=self.user.organisation)
        check_open(partner, [product for product, _count in given.get("products", [])], self.now)
        kept = parts[given.get("engagement", Engagement.ASSISTED.value)]
        return Response(
            {
                "lines": [_line(line, currency) for line in kept],
                "total": _total(kept, currency),
                "alternatives": [
                    {"engagement": part, "total": _total(other, currency)} for part, other in parts.items()
                ],
                "rebate": _rebate(added_by(partner, value.amount, currency, self.now), currency),
                "price_hold_months": deal_rules.price_hold.months_for(partner.model),
            }
        )


def _asked(given: Mapping[str, Any], engagement: str) -> dict[str, Any]:
    value: Money = given["value"]
    return {
        "value": value.amount,
        "currency": value.currency,
        "recurring": _recurring(given.get("recurring")),
        "motion": given["motion"],
        "opportunity": given["opportunity"],
        "engagement": engagement,
    }


def _recurring(given: Mapping[str, Any] | None) -> Recurring | None:
    if not given:
        return None
    amount = given["amount"]
    return Recurring(amount.amount if isinstance(amount, Money) else amount, given["per"], given["months"])


def _rebate(added: Added | None, currency: str) -> dict[str, Any] | None:
    if added is None:
        return None
    return {"period": added.period.code, "rate": _share(added.rate), "amount": _money(added.amount, currency)}


def _share(rate: Decimal) -> str:
    return f"{rate.normalize():f}"


def _line(line: QuoteLine, currency: str) -> dict[str, Any]:
    base, amount = _money(line.base, currency), _money(line.amount, currency)
    return {"what": line.what, "rate": _share(line.rate), "base": base, "amount": amount}


def _total(kept: list[QuoteLine], currency: str) -> Amount:
    return _money(sum((line.amount or Decimal(0) for line in kept), Decimal(0)), currency)


def _money(amount: Decimal | None, currency: str) -> Amount:
    return MoneyField().to_representation(Money(amount or Decimal(0), currency))
