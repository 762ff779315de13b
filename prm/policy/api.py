"""Versions of the rules and their clauses, and acknowledging one."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from prm.api.doors import Acts, Lists, Reads
from prm.api.fields import PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.policy import actions
from prm.policy.clauses import digest
from prm.policy.models import PolicyVersion
from prm.policy.papers import PAPERS, clauses_of, partner_schemas, text_of
from prm.policy.policies import can_acknowledge, can_manage
from prm.policy.selectors import has_acknowledged

FOR_MANAGERS = ("values", "note")


class ClauseOut(serializers.Serializer[Any]):
    number = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()


class PolicyVersionOut(serializers.Serializer[PolicyVersion]):
    """A version as it stands in a list."""

    id = serializers.CharField(source="public_id")
    policy = serializers.CharField(source="schema")
    number = serializers.IntegerField()
    state = serializers.SerializerMethodField()
    effective_from = serializers.DateTimeField()
    published_at = serializers.DateTimeField()
    note = serializers.CharField(required=False, help_text="Only for those who change the rules.")
    values = serializers.JSONField(required=False, help_text="Only for those who change the rules.")

    def get_state(self, version: PolicyVersion) -> str:
        return str(version.state(self.context["view"].now))

    def to_representation(self, instance: PolicyVersion) -> dict[str, Any]:
        shown = super().to_representation(instance)
        if not can_manage(self.context["request"].user):
            for name in FOR_MANAGERS:
                shown.pop(name)
        return shown


class PolicyTextOut(PolicyVersionOut):
    """A version with its clauses. `digest` is what an acknowledgement names: it is of the whole text."""

    clauses = serializers.SerializerMethodField()
    digest = serializers.SerializerMethodField()
    acknowledged = serializers.SerializerMethodField()

    def get_clauses(self, version: PolicyVersion) -> list[dict[str, str]]:
        return [dict(ClauseOut(clause).data) for clause in clauses_of(version)]

    def get_digest(self, version: PolicyVersion) -> str:
        return digest(text_of(version))

    def get_acknowledged(self, version: PolicyVersion) -> bool:
        """By the caller's organisation."""
        user = self.context["request"].user
        return user.is_partner and has_acknowledged(user.organisation.pk, version)


class VersionDoor:
    """Which versions the caller reads: partners those that are written for them and stand."""

    user: Any

    def rows(self) -> QuerySet[PolicyVersion]:
        if can_manage(self.user):
            return PolicyVersion.objects.filter(schema__in=PAPERS.names())
        return PolicyVersion.objects.filter(schema__in=partner_schemas(), withdrawn_at=None)


class Policies(VersionDoor, Lists[PolicyVersion]):
    """The versions of all rules that you read, the newest first."""

    out = PolicyVersionOut
    order = ("-published_at", "-pk")
    filters = {"policy": Filter(PlainText(max_length=32), lookup="schema", description="Of these rules alone.")}


class Policy(VersionDoor, Reads[PolicyVersion]):
    """One version with its clauses, which decisions cite by number."""

    out = PolicyTextOut


class AcknowledgeIn(Given):
    digest = PlainText(max_length=64, help_text="The digest of the text that was read.")


class AcknowledgePolicy(VersionDoor, Acts[PolicyVersion]):
    """Your organisation has read the version. 409 when it has done so already, or when the text reads differently."""

    out, into = PolicyTextOut, AcknowledgeIn

    def may(self, noun: PolicyVersion) -> bool:
        return can_acknowledge(self.user)

    def act(self, noun: PolicyVersion, given: dict[str, Any]) -> PolicyVersion:
        actions.acknowledge(version=noun, read=given["digest"], by=self.user, now=self.now)
        return noun
