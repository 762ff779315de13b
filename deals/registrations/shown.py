"""What the API shows of a deal. A field that the reader's role may not see is absent."""

from datetime import UTC, date, datetime
from typing import Any

from rest_framework import serializers

from deals.registrations import policies
from deals.registrations.models import Registration, RegistrationLine
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


class ExtensionOut(serializers.Serializer[Any]):
    """The one extension of the protection. While it is asked for, the protection goes on."""

    state = serializers.ChoiceField(choices=["asked", "granted", "refused"])
    proof = serializers.CharField()
    before = serializers.DateTimeField()
    until = serializers.DateTimeField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    message = serializers.CharField()


class AppealOut(serializers.Serializer[Any]):
    """The one appeal against a rejection or an approval in part. `deal` is the registration that it led to."""

    state = serializers.ChoiceField(choices=["waiting", "refused", "reinstated", "compensated"])
    text = serializers.CharField()
    proof = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    message = serializers.CharField()
    deal = serializers.CharField(allow_null=True)
    amount = MoneyField(allow_null=True)


class EngagementAppealOut(serializers.Serializer[Any]):
    """The one appeal against the part that an approval confirmed."""

    state = serializers.ChoiceField(choices=["waiting", "upheld", "kept"])
    claimed = serializers.CharField()
    confirmed = serializers.CharField()
    text = serializers.CharField()
    proof = serializers.CharField()
    asked_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    message = serializers.CharField()


class ReversalOut(serializers.Serializer[Any]):
    """A decision that was wrong, taken back. `deal` is the registration that follows in its place."""

    before = serializers.ChoiceField(choices=["approved", "rejected"])
    reason = serializers.CharField()
    clause = serializers.CharField()
    message = serializers.CharField()
    reversed_at = serializers.DateTimeField()
    deal = serializers.CharField(allow_null=True)
    amount = MoneyField(allow_null=True)


class RecurringOut(serializers.Serializer[Any]):
    amount = MoneyField(source="recurring_amount")
    per = serializers.CharField(source="recurring_per")
    months = serializers.IntegerField(source="recurring_months")


class ProvisionalOut(serializers.Serializer[Any]):
    due_at = serializers.DateTimeField(allow_null=True, help_text="When it begins, unless something stands against it.")
    since = serializers.DateTimeField(allow_null=True)
    until = serializers.DateTimeField(allow_null=True, help_text="Null before the decision.")


class DealOut(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    reference = serializers.CharField()
    state = serializers.ChoiceField(choices=State.choices)
    partner = PartnerOut()
    customer = CustomerOut(source="*")
    products = LineOut(source="lines", many=True)
    value = MoneyField(allow_null=True)
    recurring = RecurringOut(allow_null=True)
    expected_close = serializers.DateField(allow_null=True)
    motion = serializers.CharField()
    opportunity = serializers.CharField()
    engagement = serializers.CharField()
    claimed_engagement = serializers.CharField(
        help_text="What was registered, once an approval has confirmed it or another part; empty before."
    )
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
    teaming_due_at = serializers.DateTimeField(
        allow_null=True, help_text="Until when the partner says whether it shares the protection; see `team`."
    )
    escalated_at = serializers.DateTimeField(
        allow_null=True, help_text="When the decision had missed its date and went to a second account manager too."
    )
    provisional = ProvisionalOut(allow_null=True, help_text="A protection until the decision, and some days after it.")
    question = QuestionOut(allow_null=True)
    answer = serializers.CharField(source="answer_message")
    decision = DecisionOut(allow_null=True)
    extension = ExtensionOut(allow_null=True)
    appeal = AppealOut(allow_null=True)
    appeal_of = serializers.CharField(
        allow_null=True, help_text="The rejected registration that it follows, in its place in line."
    )
    reversal = ReversalOut(allow_null=True)
    engagement_appeal = EngagementAppealOut(allow_null=True)
    terms = serializers.JSONField()
    closed_on = serializers.DateField(allow_null=True)
    won_value = MoneyField(allow_null=True)
    refunded = MoneyField(source="refunded_value", allow_null=True, help_text="Null until it is won.")
    early_reason = serializers.CharField(help_text="Why it was won so soon after the approval.")
    end_reason = serializers.CharField()
    account = serializers.CharField(
        required=False, allow_null=True, help_text="For the vendor alone: the customer as it is known there."
    )
    override_reason = serializers.CharField(required=False, help_text="For the vendor alone.")

    def to_representation(self, instance: Registration) -> dict[str, Any]:
        """By hand: the fields above describe it, and would take thirty times as long to say it."""
        shown = _shown(instance)
        user = self.context["request"].user
        if isinstance(user, User) and policies.can_see_findings(user):
            shown["account"] = instance.account.public_id if instance.account else None
            shown["override_reason"] = instance.override_reason
        return shown


def _shown(deal: Registration) -> dict[str, Any]:
    organisation = deal.partner.organisation
    return {
        "id": deal.public_id,
        "reference": deal.reference,
        "state": deal.state,
        "partner": {"id": organisation.public_id, "name": organisation.name},
        "customer": _customer(deal),
        "products": [_line(line) for line in deal.lines.all()],
        "value": _money(deal.value, deal.currency),
        "recurring": _recurring(deal),
        "expected_close": _plain(deal.expected_close),
        "motion": deal.motion,
        "opportunity": deal.opportunity,
        "engagement": deal.engagement,
        "claimed_engagement": deal.claimed_engagement,
        "origin": deal.origin,
        "segment": deal.segment,
        "competitor": deal.competitor,
        "own_services": deal.own_services,
        "work_done": deal.work_done,
        "external_id": deal.external_id,
        "created_at": _plain(deal.created_at),
        "priority_at": _plain(deal.priority_at),
        "decision_due_at": _plain(deal.due_at),
        "protected_until": _plain(deal.protected_until),
        "teaming_due_at": _plain(deal.teaming_due_at),
        "escalated_at": _plain(deal.escalated_at),
        "provisional": _provisional(deal) if deal.escalated_at else None,
        "question": _question(deal) if deal.state == State.ASKED else None,
        "answer": deal.answer_message,
        "decision": _decision(deal) if deal.decided_at else None,
        "extension": _extension(deal),
        "appeal": _appeal(deal),
        "appeal_of": deal.appeal_of_id,
        "reversal": _reversal(deal),
        "engagement_appeal": _engagement_appeal(deal),
        "terms": deal.terms,
        "closed_on": _plain(deal.closed_on),
        "won_value": _money(deal.won_value, deal.currency),
        "refunded": _money(deal.refunded_value, deal.currency) if deal.won_value is not None else None,
        "early_reason": deal.early_reason,
        "end_reason": deal.end_reason,
    }


def _customer(deal: Registration) -> dict[str, Any]:
    return {
        "name": deal.customer_name,
        "website": deal.customer_website,
        "country": deal.customer_country,
        "city": deal.customer_city,
        "tax_number": deal.customer_tax_number,
        "contact": {"name": deal.contact_name, "email": deal.contact_email, "title": deal.contact_title},
    }


def _line(line: RegistrationLine) -> dict[str, Any]:
    product = line.product
    return {"product": product.slug, "name": product.name, "quantity": line.quantity, "approved": line.approved}


def _recurring(deal: Registration) -> dict[str, Any] | None:
    amount = _money(deal.recurring_amount, deal.currency)
    return amount and {"amount": amount, "per": deal.recurring_per, "months": deal.recurring_months}


def _question(deal: Registration) -> dict[str, Any]:
    due = _plain(deal.answer_due_at)
    return {"message": deal.asked_message, "fields": deal.asked_fields, "answer_due_at": due}


def _provisional(deal: Registration) -> dict[str, Any]:
    due = deal.provisional_due_at if deal.is_undecided and deal.provisional_at is None else None
    return {
        "due_at": _plain(due),
        "since": _plain(deal.provisional_at),
        "until": _plain(deal.provisional_until),
    }


def _decision(deal: Registration) -> dict[str, Any]:
    return {
        "outcome": deal.outcome,
        "reason": deal.decision_reason,
        "clause": deal.decision_clause,
        "message": deal.decision_message,
        "decided_at": _plain(deal.decided_at),
    }


def _extension(deal: Registration) -> dict[str, Any] | None:
    found = getattr(deal, "extension", None)
    if found is None:
        return None
    moments = {name: _plain(getattr(found, name)) for name in ("before", "until", "asked_at", "due_at", "decided_at")}
    return {"state": str(found.state), "proof": found.proof, **moments, "message": found.message}


def _appeal(deal: Registration) -> dict[str, Any] | None:
    found = getattr(deal, "appeal", None)
    if found is None:
        return None
    moments = {name: _plain(getattr(found, name)) for name in ("asked_at", "due_at", "decided_at")}
    said = {name: getattr(found, name) for name in ("text", "proof", "reason", "message")}
    return {
        "state": str(found.state),
        **said,
        **moments,
        "deal": found.linked_id,
        "amount": _money(found.amount, found.currency),
    }


def _engagement_appeal(deal: Registration) -> dict[str, Any] | None:
    found = getattr(deal, "engagement_appeal", None)
    if found is None:
        return None
    said = {name: getattr(found, name) for name in ("claimed", "confirmed", "text", "proof", "reason", "message")}
    moments = {name: _plain(getattr(found, name)) for name in ("asked_at", "due_at", "decided_at")}
    return {"state": str(found.state), **said, **moments}


def _reversal(deal: Registration) -> dict[str, Any] | None:
    found = getattr(deal, "reversal", None)
    if found is None:
        return None
    said = {name: getattr(found, name) for name in ("before", "reason", "clause", "message")}
    money = _money(found.amount, found.currency)
    return {**said, "reversed_at": _plain(found.reversed_at), "deal": found.linked_id, "amount": money}


def _plain(moment: date | None) -> str | None:
    """A day, or a moment in UTC, as ISO 8601."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.isoformat() if moment else None


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
