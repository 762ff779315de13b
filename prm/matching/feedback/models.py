"""What reviewers said of pairs: one row for each, history is in the log of events."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import User
from prm.ids import PublicIdField
from prm.matching.feedback.rules import Record, is_still_told
from prm.matching.identity import Identity
from prm.policy.models import PolicyVersion


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def about(self, source: str, record_id: int) -> Self:
        return self.filter(Q(source_a=source, record_a=record_id) | Q(source_b=source, record_b=record_id))

    def between(self, first: Record, second: Record) -> Self:
        """The pair in its order (see rules.paired)."""
        return self.filter(source_a=first[0], record_a=first[1], source_b=second[0], record_b=second[1])


class Judgement(models.Model):
    """One pair of records and the verdict on it.

    `told_a` and `told_b` are what each was known by then: {name, country, domain, tax_number}. `score`, `ceiling` and
    `rules` are what the engine said of them, under that version and policy.
    """

    class Verdict(models.TextChoices):
        SAME = "same", _("The same customer")
        DIFFERENT = "different", _("Not the same")

    public_id = PublicIdField(prefix="jdg")
    source_a = models.CharField(max_length=16, db_collation="C")
    record_a = models.BigIntegerField()
    source_b = models.CharField(max_length=16, db_collation="C")
    record_b = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    told_a = models.JSONField()
    told_b = models.JSONField()
    score = models.DecimalField(max_digits=4, decimal_places=3)
    ceiling = models.CharField(max_length=8)
    rules = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    engine_version = models.PositiveSmallIntegerField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[JudgementQuerySet] = JudgementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="judgement_once_for_a_pair", fields=["source_a", "record_a", "source_b", "record_b"]
            ),
            models.CheckConstraint(
                name="judgement_pair_in_order",
                condition=Q(source_a__lt=F("source_b")) | Q(source_a=F("source_b"), record_a__lt=F("record_b")),
            ),
            models.CheckConstraint(name="judgement_verdict_known", condition=Q(verdict__in=["same", "different"])),
            models.CheckConstraint(name="judgement_score_share", condition=Q(score__range=(0, 1))),
            models.CheckConstraint(
                name="judgement_ceiling_known", condition=Q(ceiling__in=["block", "review", "hint"])
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="judgement_of_second", fields=["source_b", "record_b"]),
            models.Index(name="judgement_newest", fields=["-judged_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.source_a} {self.record_a} and {self.source_b} {self.record_b}: {self.verdict}"

    @property
    def pair(self) -> tuple[Record, Record]:
        return (self.source_a, self.record_a), (self.source_b, self.record_b)

    def other_than(self, record: Record) -> Record:
        first, second = self.pair
        return second if record == first else first

    def holds(self, record: Record, identity: Identity, other: Identity) -> bool:
        """Whether both are still known by what they were known by; `record` is the one that `identity` describes."""
        mine, theirs = (self.told_a, self.told_b) if record == self.pair[0] else (self.told_b, self.told_a)
        return is_still_told(mine, identity) and is_still_told(theirs, other)
