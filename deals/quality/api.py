"""Figures of matching, other thresholds tried on history, and publishing them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.conflicts.models import Band
from deals.quality import policies
from deals.quality.actions import publish_thresholds
from deals.quality.listing import ORDER
from deals.quality.selectors import Moved, Trial, by_rule, cases, judged_pairs, trial
from prm.api.doors import Creates, Door, Lists, require
from prm.api.fields import Choice, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.errors import InvalidInput
from prm.matching import ENGINE_VERSION, Thresholds
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import HIGHEST_BLOCK, HIGHEST_REVIEW, LOWEST_BLOCK, LOWEST_REVIEW, SCHEMA, in_force
from prm.policy.models import PolicyVersion


def _edge(lowest: Any, highest: Any, **kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=3, decimal_places=2, min_value=lowest, max_value=highest, **kwargs)


class PrecisionOut(serializers.Serializer[Any]):
    rule = serializers.CharField()
    judged = serializers.IntegerField(source="precision.judged")
    same = serializers.IntegerField(source="precision.same")
    different = serializers.IntegerField(source="precision.different")
    share = serializers.FloatField(source="precision.share")
    low = serializers.FloatField(source="precision.interval.low", help_text="Wilson's interval at 95 %.")
    high = serializers.FloatField(source="precision.interval.high")


class ExampleOut(serializers.Serializer[Any]):
    label = serializers.CharField()  # type: ignore[assignment]
    deal = serializers.CharField()
    other = serializers.CharField()


class MoveOut(serializers.Serializer[Moved]):
    before = serializers.ChoiceField(choices=Band.choices, source="move.before")
    after = serializers.ChoiceField(choices=Band.choices, source="move.after")
    count = serializers.IntegerField(source="move.count")
    same = serializers.IntegerField(source="move.same")
    different = serializers.IntegerField(source="move.different")
    examples = ExampleOut(many=True)


class TrialOut(serializers.Serializer[Trial]):
    review_from = serializers.FloatField(source="then.review_from")
    block_from = serializers.FloatField(source="then.block_from")
    judged = MoveOut(many=True)
    findings = MoveOut(many=True, source="found")


class QualityOut(serializers.Serializer[Any]):
    review_from = serializers.FloatField()
    block_from = serializers.FloatField()
    policy_version = serializers.IntegerField()
    engine_version = serializers.IntegerField()
    rules = PrecisionOut(many=True)
    trial = TrialOut(allow_null=True)


class Quality(Door):
    """Precision by rule from what reviewers judged, and what other thresholds would make of history."""

    serializer_class = QualityOut
    filters = {
        "review_from": Filter(_edge(LOWEST_REVIEW, HIGHEST_REVIEW), description="Try this; with block_from."),
        "block_from": Filter(_edge(LOWEST_BLOCK, HIGHEST_BLOCK), description="Try this; with review_from."),
    }

    def get(self, _request: Request, **_path: str) -> Response:
        require(policies.can_read(self.user))
        asked = self.parameters()
        if len(asked) == 1:
            missing = next(name for name in self.filters if name not in asked)
            raise InvalidInput({missing: ["Give both thresholds, or neither."]})
        tried = Thresholds(**{name: float(value) for name, value in asked.items()}) if asked else None
        current = in_force(self.now)
        shown = {
            "review_from": current.values.review_from,
            "block_from": current.values.block_from,
            "policy_version": current.version.number,
            "engine_version": ENGINE_VERSION,
            "rules": by_rule(),
            "trial": trial(tried, reader=self.user, now=self.now) if tried else None,
        }
        return Response(QualityOut(shown).data)


class JudgedOut(serializers.Serializer[Judgement]):
    id = serializers.CharField(source="public_id")
    pair = serializers.SerializerMethodField()
    verdict = serializers.ChoiceField(choices=Judgement.Verdict.choices)
    reason = serializers.CharField()
    judged_by = serializers.CharField(allow_null=True)
    judged_at = serializers.DateTimeField()
    score = serializers.FloatField()
    rules = serializers.ListField(child=serializers.CharField())
    engine_version = serializers.IntegerField()

    def get_pair(self, row: Judgement) -> dict[str, str]:
        case = self.context["cases"][row.pk]
        return {"label": case.label, "deal": case.deal, "other": case.other}


class Judged(Lists[Judgement]):
    """The judged pairs, latest first."""

    out = JudgedOut
    order = ORDER
    filters = {
        "rule": Filter(PlainText(max_length=32)),
        "verdict": Filter(Choice(Judgement.Verdict)),
    }

    def may_list(self) -> bool:
        return policies.can_read(self.user)

    def rows(self) -> QuerySet[Judgement]:
        return judged_pairs()

    def narrow(self, rows: QuerySet[Judgement], values: Any) -> QuerySet[Judgement]:
        return judged_pairs(**values)

    def show_all(self, nouns: list[Judgement]) -> Any:
        by_row = {row.pk: case for row, case in zip(nouns, cases(nouns, self.user), strict=True)}
        return [self.out(row, context={"cases": by_row}).data for row in nouns]


class ThresholdsIn(Given):
    review_from = _edge(LOWEST_REVIEW, HIGHEST_REVIEW)
    block_from = _edge(LOWEST_BLOCK, HIGHEST_BLOCK)
    effective_from = serializers.DateTimeField(required=False, allow_null=True, default=None)
    note = PlainText(max_length=300, required=False, allow_blank=True, default="")
    after = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, help_text="The newest version that you know of: 409 when there is another."
    )


class ThresholdsOut(serializers.Serializer[PolicyVersion]):
    version = serializers.IntegerField(source="number")
    review_from = serializers.FloatField(source="values.review_from")
    block_from = serializers.FloatField(source="values.block_from")
    effective_from = serializers.DateTimeField()
    note = serializers.CharField()


class PublishedThresholds(Lists[PolicyVersion], Creates[PolicyVersion]):
    """All versions of the thresholds, the newest first. A new one may begin later."""

    out, into = ThresholdsOut, ThresholdsIn
    order = ("-number",)
    has_address = False

    def rows(self) -> QuerySet[PolicyVersion]:
        return PolicyVersion.objects.filter(schema=SCHEMA)

    def may_list(self) -> bool:
        return policies.can_read(self.user)

    def may_create(self) -> bool:
        return policies.can_publish(self.user)

    def create(self, given: dict[str, Any]) -> PolicyVersion:
        return publish_thresholds(**given, by=self.user, now=self.now)
