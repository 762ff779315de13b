"""The report's columns as one figure each, in words."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy

from deals.uplift.selectors import figures
from prm.metrics.registry import Period
from prm.rates.shown import sentence

COLUMNS = {
    "value_with": gettext_lazy("Won with a partner"),
    "value_without": gettext_lazy("Won without one"),
    "earned": gettext_lazy("Uplift"),
}


def said_together(rows: Iterable[Mapping[str, Any]], period: Period, today: date) -> list[tuple[str, str]]:
    """(column, sentence) of those that are of several currencies."""
    found = figures(rows, period, today)
    return [(str(COLUMNS[name]), sentence(figure)) for name, figure in found.items() if figure]
