"""What the API shows of leads. A partner reads an offer; whom to call stands in it once it is accepted."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from deals.leads.models import Lead, LeadOffer, LeadReport
from deals.leads.selectors import Ranked
from deals.leads.states import Hindrance, LeadState, OfferState
from prm.api.fields import MoneyField
from prm.currencies import Money


class LeadContactOut(serializers.Serializer[Lead]):
    name = serializers.CharField(source="contact_name")
    email = serializers.CharField(source="contact_email")
    phone = serializers.CharField(source="contact_phone")
    title = serializers.CharField(source="contact_title")


class NeedOut(serializers.Serializer[Lead]):
    """What whoever is asked may know before the answer."""

    customer = serializers.CharField(source="customer_name")
    country = serializers.CharField(source="customer_country")
    city = serializers.CharField(source="customer_city")
    need = serializers.CharField()
    products = serializers.SerializerMethodField()
    value = serializers.SerializerMethodField(method_name="get_estimate")
    segment = serializers.CharField()

    def get_products(self, lead: Lead) -> list[str]:
        return [line.slug for line in lead.products.all()]

    @extend_schema_field(MoneyField(allow_null=True))
    def get_estimate(self, lead: Lead) -> dict[str, str] | None:
        return None if lead.value is None else MoneyField().to_representation(Money(lead.value, lead.currency))


class LeadOut(NeedOut):
    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(LeadState.choices)
    website = serializers.CharField(source="customer_website")
    contact = LeadContactOut(source="*")
    model = serializers.CharField()
    competency = serializers.CharField()
    lead_source = serializers.CharField(source="source", help_text="Where it comes from.")
    external_id = serializers.CharField()
    round = serializers.IntegerField(help_text="How often everybody was asked.")
    created_at = serializers.DateTimeField()
    partner = serializers.CharField(source="partner.organisation.public_id", default=None, allow_null=True)
    deal = serializers.CharField(source="registration.public_id", default=None, allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    loss_reason = serializers.CharField()
    loss_text = serializers.CharField()


class ReportOut(serializers.Serializer[LeadReport]):
    stage = serializers.CharField()
    text = serializers.CharField()
    reported_at = serializers.DateTimeField()


class TakenOut(serializers.Serializer[Lead]):
    """For whoever has accepted it, and for the vendor."""

    state = serializers.ChoiceField(LeadState.choices)
    website = serializers.CharField(source="customer_website")
    contact = LeadContactOut(source="*")
    deal = serializers.CharField(source="registration.public_id", default=None, allow_null=True)
    loss_reason = serializers.CharField()
    loss_text = serializers.CharField()


class OfferOut(serializers.Serializer[LeadOffer]):
    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(OfferState.choices)
    lead = NeedOut()
    partner = serializers.CharField(source="partner.organisation.public_id")
    offered_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    text = serializers.CharField()
    taken = TakenOut(source="lead", required=False, help_text="Absent until it is accepted.")
    reports = ReportOut(source="lead.reports.all", many=True, required=False, help_text="Absent until it is accepted.")

    def to_representation(self, offer: LeadOffer) -> dict[str, Any]:
        shown = super().to_representation(offer)
        if not offer.is_taken:
            del shown["taken"], shown["reports"]
        return shown


class PlaceOut(serializers.Serializer[Ranked]):
    """`number` counts from 1 in the order in which partners are asked; 0 for those who are not."""

    partner = serializers.CharField(source="partner.organisation.public_id")
    name = serializers.CharField(source="partner.organisation.name")
    number = serializers.IntegerField(source="place.number")
    last_offered_at = serializers.DateTimeField(source="place.candidate.last_offered", allow_null=True)
    open_offers = serializers.IntegerField(source="place.candidate.open_offers")
    hindrances = serializers.ListField(child=serializers.ChoiceField(Hindrance.values), source="place.hindrances")


class RankingOut(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="The order in words.")
    places = PlaceOut(many=True)


class ImportedOut(serializers.Serializer[Any]):
    leads = serializers.ListField(child=serializers.CharField(), help_text="Ids, in the order of the rows.")
