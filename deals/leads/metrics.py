"""The figure of leads, by partner organisation; *Fairness* has more of them, by size."""

from decimal import Decimal
from typing import Any

from django.db.models import Avg, Case, DecimalField, Value, When
from django.utils.translation import gettext_lazy as _

from deals.leads.models import LeadOffer
from deals.leads.states import OfferState
from prm.metrics.registry import Metric, Period, declare

PARTNER = "partner__organisation_id"
ENDED = (OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED)


def lead_acceptance(organisation_ids: list[int] | None, period: Period) -> dict[int, Decimal]:
    """Of what was answered, or should have been."""
    within: dict[str, Any] = {"answered_at__gte": period.start, "answered_at__lt": period.end}
    rows = LeadOffer.objects.filter(state__in=ENDED, **within)
    if organisation_ids is not None:
        rows = rows.filter(**{f"{PARTNER}__in": organisation_ids})
    taken = Case(When(state=OfferState.ACCEPTED, then=Value(1)), default=Value(0))
    shares = rows.order_by().values_list(PARTNER).annotate(share=Avg(taken, output_field=DecimalField()))
    return {partner: share.quantize(Decimal("0.0001")) for partner, share in shares}


declare(
    Metric(
        "lead_acceptance",
        _("Leads accepted"),
        _("Share of the offers answered or lapsed that were accepted."),
        "share",
        True,
        lead_acceptance,
        total="mean",
    ),
)
