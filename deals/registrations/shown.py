"""What the API shows of a deal. A field that the reader's role may not see is absent."""

from typing import Any

from rest_framework import serializers

from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import State
from prm.accounts.models import User
from prm.api.fields import MoneyField
from prm.currencies import Money


class LineOut(serializers.Serializer[Any]):
    product = serializers.CharField(source="product.slug")
    name = serializers.CharField(source="product.name")
    quantity = serializers.IntegerField()
    approved = serializers.BooleanField(allow_null=True)


class ContactOut(serializers.Serializer[Any]):
    name = serializers.CharField(source="contact_name")
    email = serializers.CharField(source="contact_email")
    title = serializers.CharField(source="contact_title")


class CustomerOut(serializers.Serializer[Any]):
    name = serializers.CharField(source="customer_name")
    website = serializers.CharField(source="customer_website")
    country = serializers.CharField(source="customer_country")
    city = serializers.CharField(source="customer_city")
    tax_number = serializers.CharField(source="customer_tax_number")
    contact = ContactOut(source="*")


class PartnerOut(serializers.Serializer[Any]):
    """A partner is addressed by its organisation's id."""

    id = serializers.CharField(source="organisation.public_id")
    name = serializers.CharField(source="organisation.name")


class QuestionOut(serializers.Serializer[Any]):
    message = serializers.CharField(source="asked_message")
    fields = serializers.ListField(child=serializers.CharField(), source="asked_fields")  # type: ignore[assignment]
    answer_due_at = serializers.DateTimeField()


class DecisionOut(serializers.Serializer[Any]):
    outcome = serializers.CharField()
    reason = serializers.CharField(source="decision_reason")
    clause = serializers.CharField(source="decision_clause")
    message = serializers.CharField(source="decision_message")
    decided_at = serializers.DateTimeField()


class RecurringOut(serializers.Serializer[Any]):
    amount = serializers.SerializerMethodField()
    per = serializers.CharField(source="recurring_per")
    months = serializers.IntegerField(source="recurring_months")

    def get_amount(self, deal: Registration) -> dict[str, str]:
        return MoneyField().to_representation(Money(deal.recurring_amount, deal.currency))  # type: ignore[arg-type]


class DealOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    partner = PartnerOut()
    customer = CustomerOut(source="*")
    products = LineOut(source="lines", many=True)
    value = serializers.SerializerMethodField(method_name="show_value")
    recurring = serializers.SerializerMethodField()
    expected_close = serializers.DateField(allow_null=True)
    motion = serializers.CharField()
    opportunity = serializers.CharField()
    engagement = serializers.CharField()
    origin = serializers.CharField()
    segment = serializers.CharField()
    competitor = serializers.CharField()
    own_services = serializers.JSONField()
    work_done = serializers.CharField()
    external_id = serializers.CharField()
    created_at = serializers.DateTimeField()
    priority_at = serializers.DateTimeField(allow_null=True)
    decision_due_at = serializers.DateTimeField(source="due_at", allow_null=True)
    protected_until = serializers.DateTimeField(allow_null=True)
    question = serializers.SerializerMethodField()
    answer = serializers.CharField(source="answer_message")
    decision = serializers.SerializerMethodField()
    terms = serializers.JSONField()
    closed_on = serializers.DateField(allow_null=True)
    won_value = serializers.SerializerMethodField()
    end_reason = serializers.CharField()
    account = serializers.CharField(
        source="account.public_id",
        default=None,
        allow_null=True,
        help_text="For the vendor alone: the customer as it is known there.",
    )
    override_reason = serializers.CharField(required=False, help_text="For the vendor alone.")

    def show_value(self, deal: Registration) -> dict[str, str] | None:
        return _money(deal.value, deal.currency)

    def get_won_value(self, deal: Registration) -> dict[str, str] | None:
        return _money(deal.won_value, deal.currency)

    def get_recurring(self, deal: Registration) -> dict[str, Any] | None:
        return None if deal.recurring_amount is None else dict(RecurringOut(deal).data)

    def get_question(self, deal: Registration) -> dict[str, Any] | None:
        return dict(QuestionOut(deal).data) if deal.state == State.ASKED else None

    def get_decision(self, deal: Registration) -> dict[str, Any] | None:
        return dict(DecisionOut(deal).data) if deal.decided_at else None

    def to_representation(self, instance: Any) -> Any:
        shown = super().to_representation(instance)
        user = self.context["request"].user
        if not (isinstance(user, User) and policies.can_see_findings(user)):
            shown.pop("account")
            shown.pop("override_reason")
        return shown


def _money(amount: Any, currency: str) -> dict[str, str] | None:
    return None if amount is None else MoneyField().to_representation(Money(amount, currency))


class EntryOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    text = serializers.CharField()
    data = serializers.DictField()  # type: ignore[assignment]


class TimelineOut(serializers.Serializer[Any]):
    results = EntryOut(many=True)
