"""A proposal as people read it: the terms before and after, line by line."""

from typing import Any

from deals.amendments.models import Amendment
from deals.registrations.face import promised


def sides(found: Amendment) -> dict[str, Any]:
    return {"before": promised(found.terms_before), "after": promised(found.terms_after)}
