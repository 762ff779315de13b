"""From the cells of a row to a company that can be looked for. Plain values; no tables."""

from collections.abc import Sequence

from prm.addresses import countries
from prm.api.text import is_clean_line
from prm.matching import Identity

FIELDS = ("name", "country", "city", "website", "email", "tax_number")
REQUIRED = ("name",)
LONGEST = {"name": 250, "country": 60, "city": 120, "website": 500, "email": 254, "tax_number": 40}


class Unfit(ValueError):
    """The row cannot be looked for; the message says why."""


def identity_of(columns: Sequence[str], cells: Sequence[str]) -> Identity:
    """What is too long is cut, and a country that is none is left out: the name is looked for all the same."""
    given = {
        field: " ".join(cell.split())[: LONGEST[field]]
        for field, cell in zip(columns, cells, strict=False)
        if field in LONGEST
    }
    if not all(is_clean_line(text) for text in given.values()):
        raise Unfit("There are characters that are not text; save the file as UTF-8.")
    if not given.get("name"):
        raise Unfit("There is no name to look for.")
    code = given.get("country", "").upper()
    return Identity(
        name=given["name"],
        country=code if code in countries() else "",
        city=given.get("city", ""),
        website=given.get("website", ""),
        email=given.get("email", ""),
        tax_number=given.get("tax_number", ""),
    )
