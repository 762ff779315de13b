"""Customers that may be one, over REST: suggestions, merges, and the way back."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from partners.customers.models import Account
from partners.merges import actions, pairs, policies
from partners.merges.models import AccountMerge, AlikePair, PairKind
from prm.accounts.models import User
from prm.api.doors import Acts, Creates, Lists, NounDoor
from prm.api.fields import NounField
from prm.api.filters import Filter
from prm.api.serializers import Given
from prm.jobs.models import Job
from prm.matching.shown import EvidenceOut


class PairOut(serializers.Serializer[AlikePair]):
    id = serializers.CharField(source="public_id")
    kind = serializers.ChoiceField(PairKind.values)
    one = serializers.CharField(source="one.public_id")
    other = serializers.CharField(source="other.public_id")
    parent = serializers.CharField(  # type: ignore[assignment]
        source="parent.public_id", default=None, allow_null=True, help_text="Of a family: the one that is above."
    )
    score = serializers.FloatField()
    evidence = EvidenceOut(many=True)
    found_at = serializers.DateTimeField()
    dismissed_at = serializers.DateTimeField(allow_null=True)


class MergeOut(serializers.Serializer[AccountMerge]):
    id = serializers.CharField(source="public_id")
    survivor = serializers.CharField(source="survivor.public_id")
    merged = serializers.CharField(source="merged.public_id")
    kept = serializers.SerializerMethodField(help_text="How much an undo had to leave with the survivor.")
    merged_at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)

    def get_kept(self, given: AccountMerge) -> int:
        return sum(given.kept.values())


class SearchOut(serializers.Serializer[Job]):
    id = serializers.CharField(source="public_id")
    progress = serializers.IntegerField(source="percent", help_text="Percent.")
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


def _accounts(user: User) -> QuerySet[Account]:
    return Account.objects.known_to(user)


class MergeIn(Given):
    account = NounField(rows=_accounts, help_text="The customer that becomes part of the other.")
    into = NounField(rows=_accounts, help_text="The customer that stays.")


class Pairs(Lists[AlikePair]):
    """Customers that the last search found to be alike, the likeliest first; without those that somebody judged."""

    out = PairOut
    order = ("-score", "-pk")
    filters = {"kind": Filter(serializers.ChoiceField(PairKind.values), "kind")}

    def rows(self) -> QuerySet[AlikePair]:
        return AlikePair.objects.visible_to(self.user).to_judge().select_related("one", "other", "parent")

    def may_list(self) -> bool:
        return policies.can_merge(self.user)


class Dismiss(Acts[AlikePair]):
    """They are not the same, and are not suggested again."""

    out = PairOut

    def rows(self) -> QuerySet[AlikePair]:
        return AlikePair.objects.visible_to(self.user).select_related("one", "other", "parent")

    def may(self, noun: AlikePair) -> bool:
        return policies.can_merge(self.user)

    def act(self, noun: AlikePair, given: dict[str, Any]) -> AlikePair:
        return pairs.dismiss(pair=noun, by=self.user, now=self.now, **given)


class Searches(Lists[Job], Creates[Job]):
    """Searches for customers that look alike, the newest first. POST begins one; 409 while one goes on."""

    has_address = False
    out = SearchOut

    def rows(self) -> QuerySet[Job]:
        return Job.objects.filter(subject_id=pairs.SUBJECT)

    def may_list(self) -> bool:
        return policies.can_merge(self.user)

    def may_create(self) -> bool:
        return policies.can_merge(self.user)

    def create(self, given: dict[str, Any]) -> Job:
        return pairs.search(by=self.user, now=self.now, **given)


class MergeDoor(NounDoor[AccountMerge]):
    out = MergeOut

    def rows(self) -> QuerySet[AccountMerge]:
        return AccountMerge.objects.visible_to(self.user).select_related("survivor", "merged")


class Merges(MergeDoor, Lists[AccountMerge], Creates[AccountMerge]):
    """Merges, the newest first. POST makes one customer of two; 409 says what stands in the way of that."""

    has_address = False
    into = MergeIn

    def may_list(self) -> bool:
        return policies.can_merge(self.user)

    def may_create(self) -> bool:
        return policies.can_merge(self.user)

    def create(self, given: dict[str, Any]) -> AccountMerge:
        return actions.merge(account=given["account"], into=given["into"], by=self.user, now=self.now)


class UndoMerge(MergeDoor, Acts[AccountMerge]):
    """Two customers again. What was changed since stays with the survivor, and is counted."""

    def may(self, noun: AccountMerge) -> bool:
        return policies.can_merge(self.user)

    def act(self, noun: AccountMerge, given: dict[str, Any]) -> AccountMerge:
        return actions.undo(given=noun, by=self.user, now=self.now, **given)
