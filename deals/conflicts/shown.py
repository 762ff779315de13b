"""How a comparison is shown over the API."""

from typing import Any

from rest_framework import serializers

from deals.conflicts.comparing import DIFFERS, SAME, UNKNOWN, Comparison
from deals.conflicts.models import Band, Kind
from prm.matching import ENGINE_VERSION
from prm.matching.feedback.models import Judgement


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
