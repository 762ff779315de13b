"""Product lines by name, for whoever else speaks of them."""

from deals.products.models import ProductLine
from partners.assortment import PRODUCT_LINES


def lines() -> list[tuple[str, str]]:
    return list(ProductLine.objects.order_by("name", "pk").values_list("slug", "name"))


PRODUCT_LINES.register("deals", lines)
