"""Which product lines a partner may not register, for want of a competency."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.products.models import ProductLine
from partners.capabilities.selectors import lacking
from partners.models import Partner
from prm.errors import InvalidInput


def closed_to(partner: Partner, products: Iterable[ProductLine], now: datetime) -> list[ProductLine]:
    """Of these lines. One query, and none where nothing is required."""
    rows = [product for product in products if product.requirement]
    missing = lacking(partner, {row.requirement for row in rows if row.requirement}, now) if rows else set()
    return [row for row in rows if row.requirement in missing]


def why_closed(product: ProductLine) -> str:
    said = {
        "product": product.name,
        "competency": product.required_competency,
        "level": product.get_required_level_display(),
    }
    sentence = _("%(product)s needs the competency %(competency)s (%(level)s), which none of your people has proved.")
    return sentence % said


def check_open(partner: Partner, products: Iterable[ProductLine], now: datetime) -> None:
    """InvalidInput at the products, with a sentence for each line."""
    if closed := closed_to(partner, products, now):
        raise InvalidInput({"products": [why_closed(product) for product in closed]})
