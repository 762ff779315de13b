"""Leads from a file, for portal and API: every row is read as the form reads it, and each bad one is named."""

from typing import Any

from deals.leads.forms import PLAIN, LeadForm
from deals.products.models import ProductLine
from deals.sheets import MOST_BYTES, TAKES, Columns, Row, rows_of, valid_or_named

__all__ = ["COLUMNS", "MOST_BYTES", "TAKES", "read"]

# Short names of columns beside the full ones.
ALSO = {
    "name": "customer_name",
    "website": "customer_website",
    "country": "customer_country",
    "city": "customer_city",
    "region": "customer_city",
    "contact": "contact_name",
    "email": "contact_email",
    "phone": "contact_phone",
    "title": "contact_title",
}
COLUMNS = (*PLAIN, "products", "value", "currency")


def read(content: bytes) -> list[tuple[dict[str, Any], list[ProductLine]]]:
    """Values and products of each row. InvalidInput names the rows that are no leads, and what is wrong with them."""
    rows = rows_of(content, Columns(COLUMNS, ALSO))
    forms = valid_or_named(LeadForm(_given(row)) for row in rows)
    return [(form.values(), form.chosen()) for form in forms]


def _given(row: Row) -> dict[str, Any]:
    return {
        **row,
        "products": row.get("products", "").replace(",", " ").replace(";", " ").split(),
        "customer_country": row.get("customer_country", "").upper(),
        "source": row.get("source", "") or "campaign",
    }
