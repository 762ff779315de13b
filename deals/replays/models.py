"""What decisions rested on, and what became of them under other rules."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion


class DecisionBasis(models.Model):
    """Written with a decision and never changed: `case` holds what the rules were asked (deals.conflicts.cases),
    `decided` what the person chose, `ruling` what followed from the version that the registration names.

    `thresholds` and `engine_version` are those by which customers were recognised.
    """

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="basis")
    case = models.JSONField()
    decided = models.JSONField()
    ruling = models.JSONField()
    thresholds = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+", db_index=False)
    engine_version = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"of {self.registration_id}"


class ReplayQuerySet(models.QuerySet["Replay"]):
    def visible_to(self, user: User) -> Self:
        """For whoever changes the rules."""
        return self if user.is_vendor and user.may(Permission.POLICIES_MANAGE) else self.none()


class Replay(models.Model):
    """All decisions since a day, or ever, judged by one version. `total` of them had a basis when it began.

    Up to `upto` (a key of a basis), in their order, so that what is decided meanwhile changes nothing; `reached` is
    the last that was judged.
    """

    public_id = PublicIdField(prefix="rpl")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(null=True)
    total = models.PositiveIntegerField()
    without_basis = models.PositiveIntegerField()
    upto = models.BigIntegerField()
    reached = models.BigIntegerField(default=0)
    judged = models.PositiveIntegerField(default=0)
    differing = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)

    objects: ClassVar[ReplayQuerySet] = ReplayQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="replay_within_total", condition=Q(judged__lte=models.F("total"))),
            models.CheckConstraint(name="replay_differing_judged", condition=Q(differing__lte=models.F("judged"))),
            models.CheckConstraint(name="replay_one_end", condition=Q(finished_at=None) | Q(failed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.version} since {self.since}"

    def get_absolute_url(self) -> str:
        return f"/rules/replays/{self.public_id}/"

    @property
    def is_working(self) -> bool:
        return self.finished_at is None and self.failed_at is None

    @property
    def percent(self) -> int:
        return 100 * self.judged // self.total if self.total else 100


class ReplayDifference(models.Model):
    """One decision that would differ: `differences` is a list of {aspect, before, after, clause, why [text]}."""

    replay = models.ForeignKey(Replay, on_delete=models.CASCADE, related_name="differences")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    differences = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="replay_difference_once", fields=["replay", "registration"]),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} in {self.replay_id}"
