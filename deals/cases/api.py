"""Cases of direct sales over REST, for the vendor."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from deals.cases import policies
from deals.cases.actions import decide_case
from deals.cases.listing import cases_of
from deals.cases.models import LONGEST_REASON, DirectCase
from deals.cases.states import VERDICTS, CaseState
from deals.direct.policies import READERS
from prm.api.doors import Acts, Lists, NounDoor, Reads
from prm.api.fields import Choice, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given

OF_PARTNER = ("deal", "partner", "message")


class DirectCaseOut(serializers.Serializer[DirectCase]):
    """`deal`, `partner` and `message` are absent for a seller who does not sell with the partner."""

    id = serializers.CharField(source="public_id")
    account = serializers.CharField(source="account.public_id")
    seller = serializers.CharField(source="seller.public_id", default=None, allow_null=True)
    touch = serializers.CharField(source="touch.public_id", default=None, allow_null=True)
    opportunity = serializers.CharField(source="opportunity.public_id", default=None, allow_null=True)
    protected_until = serializers.DateTimeField(allow_null=True, help_text="null: provisionally.")
    state = serializers.ChoiceField(choices=CaseState.choices)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    deal = serializers.CharField(source="registration.public_id", required=False)
    partner = serializers.CharField(source="registration.partner.organisation.public_id", required=False)
    message = serializers.CharField(required=False)

    def to_representation(self, instance: DirectCase) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if policies.can_see_partner(self.context["request"].user, instance):
            return shown
        return {name: value for name, value in shown.items() if name not in OF_PARTNER}


class DecideCaseIn(Given):
    outcome = serializers.ChoiceField(choices=[(state.value, state.label) for state in VERDICTS])
    reason = PlainText(
        max_length=LONGEST_REASON,
        lines=True,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the house; needed for permitted and breach.",
    )
    message = PlainText(
        max_length=LONGEST_REASON,
        lines=True,
        required=False,
        allow_blank=True,
        default="",
        help_text="For the partner that the customer is protected for.",
    )


class CaseDoor(NounDoor[DirectCase]):
    out = DirectCaseOut

    def rows(self) -> QuerySet[DirectCase]:
        return cases_of(self.user)


class Cases(CaseDoor, Lists[DirectCase]):
    """Cases that you may read, the latest first."""

    order = ("-opened_at", "-pk")
    filters = {"state": Filter(Choice(CaseState), "state")}

    def may_list(self) -> bool:
        return self.user.may(*READERS)


class OneCase(CaseDoor, Reads[DirectCase]):
    """A case: what met which protection, and what came of it."""


class DecideCase(CaseDoor, Acts[DirectCase]):
    """Say what comes of it. 409 when it is closed already."""

    into = DecideCaseIn

    def may(self, noun: DirectCase) -> bool:
        return policies.can_decide(self.user, noun)

    def act(self, noun: DirectCase, given: dict[str, Any]) -> DirectCase:
        decide_case(case=noun, **given, by=self.user, now=self.now)
        return self.noun()
