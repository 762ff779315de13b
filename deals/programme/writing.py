"""Figures of the programme as people read them."""

from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from prm.metrics.registry import Metric
from prm.portal import formats

NOTHING = "–"


def written(value: Decimal | None, metric: Metric) -> str:
    if value is None:
        return NOTHING
    match metric.unit:
        case "money":
            return formats.short_money(value, settings.PRM_CURRENCY)
        case "share":
            return formats.percent(value)
        case "hours":
            return _("%(n)s h") % {"n": formats.number(round(value, 1))}
        case "days":
            return _("%(n)s days") % {"n": formats.number(round(value, 1))}
    return formats.number(round(value, 1).normalize() + 0)


def quarter(label: str) -> str:
    """`Q4 2026` for 2026Q4."""
    year, _mark, number = label.partition("Q")
    return f"Q{number} {year}"
