"""The doors of cuts that need consent."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.amendments import actions, policies
from deals.amendments.models import Amendment
from deals.amendments.states import AmendmentState
from deals.decisions.api import ReviewerVerb
from deals.registrations.api import PartnerVerb, Seen
from deals.registrations.models import Registration
from prm.api.fields import PlainText, StrictBoolean
from prm.api.serializers import Given

MOST = 100


def _share(what: str) -> serializers.DecimalField:
    return serializers.DecimalField(
        max_digits=5, decimal_places=4, min_value=Decimal(0), max_value=Decimal(1), required=False, help_text=what
    )


class AmendmentIn(Given):
    once = _share("The lower share of what is earned once, such as 0.15.")
    yearly = _share("The lower share of what comes each year.")
    reason = PlainText(max_length=2000, lines=True, help_text="The partner reads it.")


class ConsentIn(Given):
    accept = StrictBoolean()
    text = PlainText(max_length=2000, lines=True, required=False, allow_blank=True, default="")


class WithdrawAmendmentIn(Given):
    pass


class AmendmentOut(serializers.Serializer[Amendment]):
    """A proposal to lower frozen terms, with the terms before and after it."""

    id = serializers.CharField(source="public_id")
    state = serializers.ChoiceField(choices=AmendmentState.choices)
    once = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True)
    yearly = serializers.DecimalField(max_digits=5, decimal_places=4, allow_null=True)
    reason = serializers.CharField()
    terms_before = serializers.JSONField()
    terms_after = serializers.JSONField()
    proposed_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    answered_at = serializers.DateTimeField(allow_null=True)
    text = serializers.CharField(help_text="What the partner answered.")
    ended_at = serializers.DateTimeField(allow_null=True)


class AmendmentsOut(serializers.Serializer[Any]):
    results = AmendmentOut(many=True)


class Amendments(Seen):
    """What was proposed to change about the frozen terms, oldest first."""

    out = AmendmentsOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun()
        self.parameters()
        rows = Amendment.objects.visible_to(self.user).filter(registration=noun)[:MOST]
        return Response(AmendmentsOut({"results": rows}).data)


class ProposeAmendment(ReviewerVerb):
    """Propose lower terms of an approved or won deal. Nothing changes before the partner consents."""

    into = AmendmentIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.propose_amendment(registration=noun, by=self.user, now=self.now, **given)


class AnswerAmendment(PartnerVerb):
    """Consent to the lower terms that are proposed, or decline. Without an answer by the date all stays as it is."""

    into = ConsentIn

    def may(self, noun: Registration) -> bool:
        return policies.can_answer(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.answer_amendment(registration=noun, by=self.user, now=self.now, **given)


class WithdrawAmendment(ReviewerVerb):
    """Take the proposal back before it is answered."""

    into = WithdrawAmendmentIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.withdraw_amendment(registration=noun, by=self.user, now=self.now)
