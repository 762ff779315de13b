"""Form fields of a registration: the portal takes what the API takes, and is as strict about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from babel.numbers import format_decimal, get_currency_symbol, get_group_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from deals.products.models import ProductLine
from deals.registrations.amounts import LONGEST, Unclear, parse_amount
from prm.addresses import website_host
from prm.api.fields import EARLIEST_DAY, LATEST_DAY
from prm.currencies import CURRENCIES
from prm.portal import formats
from prm.portal.forms import TextField

FIRST_CURRENCIES = ("EUR", "USD", "GBP", "CHF")
MOST_UNITS = 1_000_000

Lines = list[tuple[ProductLine, int]]


class WebsiteField(TextField):
    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if text and website_host(text) is None:
            raise ValidationError(_("Give a host name such as example.com, or an http(s) address."))
        return text


class DayField(forms.DateField):
    """A date as the browser's own picker gives it."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not EARLIEST_DAY <= day <= LATEST_DAY:
            limits = {"earliest": EARLIEST_DAY, "latest": LATEST_DAY}
            raise ValidationError(_("Give a date from %(earliest)s to %(latest)s.") % limits)
        return day


class AmountField(TextField):
    """Text of an amount; the form turns it into a number when it knows the currency (`read_amount`)."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=LONGEST, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return shown_amount(value) if isinstance(value, Decimal) else value


def shown_amount(amount: Decimal) -> str:
    """As the person writes numbers, so that it is read back the same."""
    pattern = "#,##0" if amount == int(amount) else "#,##0.00"
    return format_decimal(amount, format=pattern, locale=formats.current())


def read_amount(text: str, currency: str) -> Decimal | None:
    """Raises ValidationError with a sentence that says how to write it."""
    if not text:
        return None
    if not currency:
        raise ValidationError(_("Choose the currency of the amount."))
    locale = formats.current()
    symbols = frozenset({currency, get_currency_symbol(currency, locale=locale), get_currency_symbol(currency, "en")})
    try:
        return parse_amount(text, currency=currency, symbols=symbols, group_mark=get_group_symbol(locale))
    except Unclear as error:
        raise ValidationError(str(error)) from error


def currency_choices() -> list[tuple[str, str]]:
    """The common ones first, then all by code."""
    rest = sorted(CURRENCIES - set(FIRST_CURRENCIES))
    return [(code, code) for code in (*FIRST_CURRENCIES, *rest)]


class LinesWidget(forms.Widget):
    """A checklist of product lines, each with its quantity; the quantity of `fleet-cloud` is `products-fleet-cloud`."""

    template_name = "deals/widgets/lines.html"
    use_fieldset = True
    products: Sequence[ProductLine] = ()
    # Why a line cannot be chosen, by slug.
    closed: Mapping[str, str] = MappingProxyType({})

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> dict[str, str]:
        chosen = data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
        return {slug: str(data.get(f"{name}-{slug}", "")) for slug in chosen}

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        chosen = value or {}
        context["widget"]["rows"] = [
            {
                "product": product,
                "checked": product.slug in chosen,
                "quantity": chosen.get(product.slug, ""),
                "closed": self.closed.get(product.slug, ""),
            }
            for product in self.products
        ]
        return context


class LinesField(forms.Field):
    """Cleans to a list of (ProductLine, quantity); a line without a quantity is one unit."""

    widget = LinesWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.products: list[ProductLine] = []

    def offer(self, products: Sequence[ProductLine], closed: Mapping[str, str] = MappingProxyType({})) -> None:
        self.products = self.widget.products = list(products)
        self.widget.closed = closed

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return {product.slug: str(quantity) for product, quantity in value}
        return value

    def clean(self, value: dict[str, str] | None) -> Lines:
        chosen = value or {}
        known = {product.slug: product for product in self.products}
        if not chosen.keys() <= known.keys():
            raise ValidationError(_("Choose from the product lines on sale."))
        return [(known[slug], _units(text, known[slug])) for slug, text in chosen.items()]


def _units(text: str, product: ProductLine) -> int:
    text = text.strip() or "1"
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and 1 <= int(text) <= MOST_UNITS):
        sentence = _("Give the quantity of %(product)s as a whole number from 1 to 1,000,000.")
        raise ValidationError(sentence % {"product": product.name})
    return int(text)
