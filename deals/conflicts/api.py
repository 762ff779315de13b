"""A finding in full: both sides, rule by rule, what would change it, and the verdict on the pair."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.conflicts.actions import LONGEST_REASON, OPEN, judge
from deals.conflicts.comparing import DIFFERS, SAME, UNKNOWN, Comparison, compared, other_of
from deals.conflicts.models import Band, Kind
from deals.conflicts.policies import can_judge
from deals.registrations.api import Seen
from deals.registrations.models import Registration
from deals.registrations.policies import can_see_findings
from prm.api.doors import Acts, require
from prm.api.fields import PlainText, StrictInteger
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.matching import ENGINE_VERSION
from prm.matching.feedback.models import Judgement

ID = 40


class SideOut(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FieldOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    ours = serializers.CharField()
    theirs = serializers.CharField()
    mark = serializers.ChoiceField(choices=[SAME, DIFFERS, UNKNOWN])


class RuleOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    text = serializers.CharField()
    strength = serializers.FloatField(
        allow_null=True, help_text="The score that the rule alone gives; below 0 what a doubt takes away."
    )


class ChangeOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    change = serializers.ChoiceField(choices=["same", "other"])
    score = serializers.FloatField()
    band = serializers.ChoiceField(choices=Band.choices)
    text = serializers.CharField()


class JudgementOut(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=Judgement.Verdict.choices)
    reason = serializers.CharField()
    judged_by = serializers.CharField(allow_null=True)
    judged_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    holds = serializers.BooleanField(help_text="False once a name, web domain or tax number has changed since.")


class FindingKept(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    band = serializers.ChoiceField(choices=Band.choices)
    score = serializers.FloatField()
    policy_version = serializers.IntegerField(allow_null=True)
    engine_version = serializers.IntegerField(allow_null=True)


class ComparisonOut(serializers.Serializer[Any]):
    """`band` is the one that counts, after what people said; `engine_band` what the rules say alone."""

    other = SideOut()
    fields = FieldOut(many=True)  # type: ignore[assignment]
    rules = RuleOut(many=True)
    score = serializers.FloatField()
    band = serializers.ChoiceField(choices=Band.choices)
    engine_band = serializers.ChoiceField(choices=Band.choices)
    review_from = serializers.FloatField()
    block_from = serializers.FloatField()
    policy_version = serializers.IntegerField()
    engine_version = serializers.IntegerField()
    would_change = ChangeOut(many=True)
    judgement = JudgementOut(allow_null=True)
    finding = FindingKept(allow_null=True)


def shown(about: Comparison) -> dict[str, Any]:
    thresholds, found = about.policy.values.thresholds, about.finding
    kept = found and {
        "kind": found.kind,
        "band": found.band,
        "score": found.score,
        "policy_version": found.policy.number if found.policy else None,
        "engine_version": found.engine_version,
    }
    return {
        "other": about.subject,
        "fields": about.lines,
        "rules": about.match.evidence,
        "score": about.match.score,
        "band": about.counted.band,
        "engine_band": about.match.band,
        "review_from": thresholds.review_from,
        "block_from": thresholds.block_from,
        "policy_version": about.policy.version.number,
        "engine_version": ENGINE_VERSION,
        "would_change": about.changes,
        "judgement": about.judgement and _judgement(about.judgement, about.holds),
        "finding": kept,
    }


def _judgement(said: Judgement, holds: bool) -> dict[str, Any]:
    by = str(said.judged_by) if said.judged_by else None
    named = {name: getattr(said, name) for name in ("verdict", "reason", "judged_at", "version")}
    return {**named, "judged_by": by, "holds": holds}


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
