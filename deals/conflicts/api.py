"""A finding in full: both sides, rule by rule, what would change it, and the verdict on the pair."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.conflicts.actions import LONGEST_REASON, OPEN, judge
from deals.conflicts.comparing import Comparison, compared, other_of
from deals.conflicts.policies import can_judge
from deals.conflicts.shown import ComparisonOut, shown
from deals.registrations.api import Seen
from deals.registrations.models import Registration
from deals.registrations.policies import can_see_findings
from prm.api.doors import Acts, require
from prm.api.fields import PlainText, StrictInteger
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.matching.feedback.models import Judgement

ID = 40


class Compares(Seen):
    """What two doors share: who may look, and what they are shown."""

    out = ComparisonOut  # type: ignore[assignment]

    def noun(self, *, whole: bool = True) -> Registration:
        if self.user.is_partner:
            raise Http404
        return super().noun(whole=whole)

    def compared(self, registration: Registration, public_id: str) -> Comparison:
        other = other_of(registration, public_id, reader=self.user)
        if other is None:
            raise Http404
        return compared(registration, other, reader=self.user, now=self.now)


class Compare(Compares):
    """The registration beside another or a customer: field by field, rule by rule, and what would change it."""

    filters = {
        "with": Filter(
            PlainText(max_length=ID), description="The other's id; without it the gravest finding's subject."
        )
    }

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun()
        require(can_see_findings(self.user))
        about = self.compared(noun, self.parameters().get("with", ""))
        return Response(ComparisonOut(shown(about)).data)


class JudgeIn(Given):
    other = PlainText(
        max_length=ID,
        required=False,
        allow_blank=True,
        default="",
        help_text="The id of the other registration or of the customer; without it the gravest finding's subject.",
    )
    verdict = serializers.ChoiceField(
        choices=[*Judgement.Verdict.choices, (OPEN, "Not judged")], help_text="open takes a judgement back."
    )
    reason = PlainText(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")
    version = StrictInteger(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        default=0,
        help_text="The version of the judgement that this one takes the place of; 0 when there is none.",
    )


class Judge(Compares, Acts[Registration]):
    """Say whether the two are the same customer; it counts from then on. 409 when somebody has said so meanwhile."""

    into = JudgeIn

    def may(self, noun: Registration) -> bool:
        return can_judge(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        about = self.compared(noun, given.pop("other"))
        self.other = about.other.public_id
        judge(registration=noun, other=about.other, **given, by=self.user, now=self.now)
        return noun

    def show(self, noun: Registration) -> Any:
        return ComparisonOut(shown(self.compared(noun, self.other))).data
