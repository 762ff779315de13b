"""What a customer takes from one that is merged into it, and which of a family is the parent. Plain values."""

from collections.abc import Iterable, Mapping
from typing import Any

# Of these, what the survivor does not know is taken over.
FILLED = (
    *("external_id", "country", "city", "website", "tax_number"),
    *("segment", "owner_id", "customer_since", "named_account"),
)


def filled(survivor: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, Any]:
    """Fields that the survivor lacks, with what the other one knows."""
    return {name: merged[name] for name in FILLED if not survivor[name] and merged[name]}


def new_names(known: Iterable[str], given: Iterable[str]) -> list[str]:
    """Of the given names those that are not known yet, each once, however it is written."""
    seen = {name.casefold() for name in known}
    found = []
    for name in given:
        if name.casefold() not in seen:
            seen.add(name.casefold())
            found.append(name)
    return found


def parent_of(one: str, other: str) -> int | None:
    """0 or 1: which of two normalised names is the one that the other adds to; None where neither is."""
    if other.startswith(f"{one} "):
        return 0
    return 1 if one.startswith(f"{other} ") else None
