"""What the API takes: the shape of a deal as a caller writes it, turned into field names of Registration."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from deals.products.models import ProductLine
from deals.registrations.states import Engagement, Motion, Opportunity, Origin, Per
from partners.states import Segment
from prm.addresses import countries, website_host
from prm.api.fields import Choice, Day, MoneyField, PlainText, StrictBoolean, StrictInteger
from prm.api.serializers import Given, read_each
from prm.currencies import Money
from prm.questions import Question

MOST_LINES = 50
_on_sale = Question(lambda slugs: ProductLine.objects.on_sale().filter(slug__any_of=slugs).order_by(), list)


def check_website(text: str) -> None:
    if text and website_host(text) is None:
        raise serializers.ValidationError(_("Give a host name such as example.com, or an http(s) address."))


class ContactIn(Given):
    name = PlainText(max_length=120, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    title = PlainText(max_length=120, required=False, allow_blank=True)


class CustomerIn(Given):
    """What is given of a customer that is there."""

    name = PlainText(max_length=200, required=False)
    website = PlainText(max_length=310, required=False, allow_blank=True, validators=[check_website])
    country = serializers.ChoiceField(choices=sorted(countries()), required=False, allow_blank=True)
    city = PlainText(max_length=120, required=False, allow_blank=True)
    tax_number = PlainText(max_length=40, required=False, allow_blank=True)
    contact = ContactIn(required=False)


class NewCustomerIn(CustomerIn):
    name = PlainText(max_length=200, error_messages={"required": gettext_lazy("A draft needs the customer's name.")})


class LineIn(Given):
    product = serializers.SlugField()
    quantity = StrictInteger(min_value=1, max_value=1_000_000, required=False, default=1)


@extend_schema_field(
    {
        "type": "array",
        "maxItems": MOST_LINES,
        "items": {
            "oneOf": [
                {"type": "string", "description": "slug of a product line"},
                {
                    "type": "object",
                    "properties": {
                        "product": {"type": "string"},
                        "quantity": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
                    },
                    "required": ["product"],
                    "additionalProperties": False,
                },
            ]
        },
    }
)
class LinesField(serializers.Field[Any, Any, Any, Any]):
    """`[slug]` or `[{product, quantity}]`, in any mixture, to a list of (ProductLine, quantity)."""

    def to_internal_value(self, data: Any) -> list[tuple[ProductLine, int]]:
        if not isinstance(data, list) or len(data) > MOST_LINES:
            raise serializers.ValidationError(_("Give a list of product lines."))
        wanted = {line["product"]: line["quantity"] for line in read_each(LineIn, map(_described, data))}
        if len(wanted) < len(data):
            raise serializers.ValidationError(_("Name every product line once."))
        known = {product.slug: product for product in _on_sale.all(list(wanted))}
        if len(known) < len(wanted):
            raise serializers.ValidationError(_("Choose from the product lines on sale."))
        return [(known[slug], count) for slug, count in wanted.items()]


def _described(item: Any) -> Any:
    return {"product": item} if isinstance(item, str) else item


class RecurringIn(Given):
    """`amount` as money, or as a plain decimal in the currency of the deal's value."""

    amount = serializers.JSONField()
    per = Choice(Per)
    months = StrictInteger(min_value=1, max_value=120)

    def validate_amount(self, data: Any) -> Money | Decimal:
        money = MoneyField()
        if isinstance(data, Mapping):
            return money.run_validation(data)  # type: ignore[no-any-return]
        try:
            given: Money = money.run_validation({"amount": data, "currency": "EUR"})
        except serializers.ValidationError as error:
            raise serializers.ValidationError(error.detail["amount"]) from error  # type: ignore[call-overload]
        return given.amount


class ServiceIn(Given):
    name = PlainText(max_length=120)
    value = MoneyField(zero=True, required=False)


class ChangesIn(Given):
    """What is given of a deal that is there."""

    customer = CustomerIn(required=False)
    products = LinesField(required=False)
    value = MoneyField(required=False, allow_null=True)
    recurring = RecurringIn(required=False, allow_null=True)
    expected_close = Day(required=False, allow_null=True)
    motion = Choice(Motion, required=False)
    opportunity = Choice(Opportunity, required=False)
    engagement = Choice(Engagement, required=False)
    origin = Choice(Origin, required=False)
    segment = Choice(Segment, required=False)
    competitor = PlainText(max_length=120, required=False, allow_blank=True)
    own_services = serializers.ListField(child=ServiceIn(), required=False, max_length=20)
    work_done = PlainText(max_length=4000, lines=True, required=False, allow_blank=True)
    external_id = PlainText(max_length=80, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        noun = self.context.get("noun")
        currency = noun.currency if noun else ""
        money = [item for item in (attrs.get("value"), (attrs.get("recurring") or {}).get("amount")) if item]
        named = {item.currency for item in money if isinstance(item, Money)}
        if "value" not in attrs and noun is not None and noun.value is not None:
            named.add(currency)
        if len(named) > 1:
            raise serializers.ValidationError({"recurring": [_("Give every amount in the same currency.")]})
        if attrs.get("recurring") and not named and not currency:
            raise serializers.ValidationError({"recurring": {"amount": [_("Give the amount with its currency.")]}})
        return attrs


class DealIn(ChangesIn):
    """A new one."""

    customer = NewCustomerIn()
    submit = StrictBoolean(
        default=False,
        help_text="Submit it at once. What cannot be submitted is not kept either, and the answer says why.",
    )

    def to_internal_value(self, data: Any) -> Any:
        """Without a customer it is the customer's name that is missing."""
        return super().to_internal_value({"customer": {}, **data} if isinstance(data, Mapping) else data)


PLAIN = ("expected_close", "motion", "opportunity", "engagement", "origin", "segment", "competitor")
PLAIN_TOO = ("work_done", "external_id")


def values_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Field names of Registration and their values, for what was given and nothing else (lines apart)."""
    values = {name: given[name] for name in (*PLAIN, *PLAIN_TOO) if name in given}
    customer = given.get("customer", {})
    values |= {f"customer_{name}": customer[name] for name in customer if name != "contact"}
    values |= {f"contact_{name}": value for name, value in customer.get("contact", {}).items()}
    if "own_services" in given:
        values["own_services"] = [_service(service) for service in given["own_services"]]
    return values | _money(given)


def _service(service: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": service["name"]}
    if "value" in service:
        shown["value"] = {"amount": service["value"].plain, "currency": service["value"].currency}
    return shown


def _money(given: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if "value" in given:
        value: Money | None = given["value"]
        values["value"] = value.amount if value else None
        if value:
            values["currency"] = value.currency
    if "recurring" in given:
        recurring = given["recurring"] or {"amount": None, "per": "", "months": None}
        amount = recurring["amount"]
        values |= {"recurring_per": recurring["per"], "recurring_months": recurring["months"]}
        values["recurring_amount"] = amount.amount if isinstance(amount, Money) else amount
        if isinstance(amount, Money):
            values["currency"] = amount.currency
    return values


def paths_of(given: Mapping[str, Any]) -> list[str]:
    """The API paths that were given, as `ask` names them."""
    paths = [name for name in given if name not in {"customer", "message"}]
    customer = given.get("customer", {})
    paths += [f"customer.{name}" for name in customer if name != "contact"]
    return paths + [f"customer.contact.{name}" for name in customer.get("contact", {})]


class AnswerIn(ChangesIn):
    """The message, and the fields that were asked."""

    message = PlainText(max_length=4000, lines=True, required=False, allow_blank=True, default="")


class WinIn(Given):
    closed_on = Day()
    value = MoneyField(required=False, allow_null=True)
    early_reason = PlainText(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Needed soon after the approval: why the customer has bought already.",
    )


class LoseIn(Given):
    reason = PlainText(
        max_length=300, help_text="price, competitor, no_decision, timing, fit, other, or your own words"
    )


class WithdrawIn(Given):
    reason = PlainText(max_length=300, required=False, allow_blank=True, default="")
