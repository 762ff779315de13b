"""How much may be brought, and how a row is read; plain values."""

from collections.abc import Mapping, Sequence

from deals.mapping.states import Relation
from prm.api.text import is_clean_line

FIELDS = ("name", "country", "city", "website", "email", "tax_number", "relation", "contact")
NEEDED = ("name",)
MOST_ROWS = 10_000
PORTION = 200
# Comparing takes a while, and nobody's customers change hourly.
MOST_A_DAY = 5
LONGEST_CONTACT = 120
_PROSPECTS = frozenset({"prospect", "lead", "interessent", "open", "pipeline", "target"})


def relation_of(text: str) -> Relation:
    return Relation.PROSPECT if text.strip().casefold() in _PROSPECTS else Relation.CUSTOMER


def values_of(columns: Sequence[str], cells: Sequence[str]) -> Mapping[str, str]:
    """What a row says of itself beside who it is."""
    given = {field: " ".join(cell.split()) for field, cell in zip(columns, cells, strict=False) if field}
    contact = given.get("contact", "")[:LONGEST_CONTACT]
    return {
        "relation": relation_of(given.get("relation", "")).value,
        "contact": contact if is_clean_line(contact) else "",
    }


def lacking(columns: Sequence[str]) -> list[str]:
    return [field for field in NEEDED if field not in columns]
