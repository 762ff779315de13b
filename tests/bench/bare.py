"""What the product is measured beside: Django views that do nothing but the one thing. On the same server."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt

from deals.registrations.models import Registration
from deals.registrations.reference import draw_reference
from partners.models import Partner

PARTNER = "Helix Systems"
FIELDS = (
    *("public_id", "reference", "state", "customer_name", "customer_website", "customer_country", "customer_city"),
    *("value", "currency", "expected_close", "motion", "opportunity", "engagement", "work_done", "created_at"),
    *("priority_at", "decision_due_at", "protected_until"),
)


def shown(deal: Registration) -> dict[str, Any]:
    lines = [{"product": line.product.slug, "quantity": line.quantity} for line in deal.lines.all()]
    partner = {"id": deal.partner.organisation.public_id, "name": deal.partner.organisation.name}
    return {**{name: getattr(deal, name) for name in FIELDS}, "partner": partner, "products": lines}


def deals(_request: HttpRequest) -> JsonResponse:
    rows = Registration.objects.filter(partner__organisation__name=PARTNER).with_nouns()
    return JsonResponse({"results": [shown(deal) for deal in rows.order_by("-created_at", "-id")[:25]]})


def all_deals(_request: HttpRequest) -> JsonResponse:
    rows = Registration.objects.with_nouns().order_by("-created_at", "-id")
    return JsonResponse({"results": [shown(deal) for deal in rows[:25]]})


def deal(_request: HttpRequest, public_id: str) -> JsonResponse:
    return JsonResponse(Registration.objects.values().get(public_id=public_id))


@csrf_exempt
def insert(_request: HttpRequest) -> JsonResponse:
    partner = Partner.objects.get(organisation__name=PARTNER)
    made = Registration.objects.create(
        partner=partner,
        reference=draw_reference()[1],
        created_at=now(),
        customer_name="Werk Nord",
        customer_country="DE",
        value=86400,
        currency="EUR",
        expected_close=now().date() + timedelta(days=100),
        motion="resale",
        engagement="independent",
        work_done="Found the project and ran two workshops.",
    )
    return JsonResponse({"id": made.public_id}, status=201)


urlpatterns = [
    path("bare/deals", deals),
    path("bare/all-deals", all_deals),
    path("bare/deals/<str:public_id>", deal),
    path("bare/insert", insert),
    path("", include("config.urls")),
]
