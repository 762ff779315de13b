"""A protection that has ended, and the line of those who had asked: one at a time, in the order of their places."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from deals.registrations.models import Registration
from deals.registrations.states import UNDECIDED
from deals.releases.rules import Standing
from deals.releases.states import LIVE, Turn
from partners.models import Account
from prm.accounts.models import User


class ReleaseQuerySet(models.QuerySet["Release"]):
    def running(self) -> Self:
        return self.filter(closed_at=None)

    def to_pass_on(self, now: datetime) -> Self:
        """Where it is nobody's turn any more, or not yet; see also: rules.Standing.holds."""
        holding = Q(state=Turn.OFFERED, due_at__gt=now) | Q(state=Turn.TAKEN, taken_as__state__in=UNDECIDED)
        return self.running().exclude(Exists(FirstRefusal.objects.filter(holding, release=OuterRef("pk"))))


class Release(models.Model):
    """`registration` was protected for these products (ids of product lines) with that customer."""

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="release")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="releases")
    products = ArrayField(models.BigIntegerField())
    released_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    objects: ClassVar[ReleaseQuerySet] = ReleaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="release_closed_after", condition=Q(closed_at=None) | Q(closed_at__gte=F("released_at"))
            ),
            models.CheckConstraint(name="release_of_products", condition=~Q(products=[])),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="release_running", fields=["account"], condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}"


class FirstRefusal(models.Model):
    """The turn of one registration that had asked. `taken_as` is the one that is decided for it: linked, or itself."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="turns")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="refusals")
    place = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=Turn.choices, default=Turn.WAITING)
    offered_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    taken_as = models.ForeignKey(Registration, null=True, on_delete=models.PROTECT, related_name="taken_up")

    class Meta:
        ordering: ClassVar[list[str]] = ["release", "place"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="refusal_one_place", fields=["release", "place"]),
            models.UniqueConstraint(name="refusal_once_each", fields=["release", "registration"]),
            models.UniqueConstraint(
                name="refusal_one_at_a_time", fields=["release"], condition=Q(state__in=[str(turn) for turn in LIVE])
            ),
            models.CheckConstraint(name="refusal_state_known", condition=Q(state__in=Turn.values)),
            models.CheckConstraint(
                name="refusal_offer_whole",
                condition=~Q(state=Turn.OFFERED)
                | Q(offered_at__isnull=False, due_at__isnull=False, due_at__gt=F("offered_at")),
            ),
            models.CheckConstraint(
                name="refusal_taken_whole",
                condition=Q(taken_as=None)
                | Q(answered_at__isnull=False, state__in=[Turn.TAKEN, Turn.ENDED, Turn.OVER]),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="refusal_running", fields=["registration"], condition=Q(state=Turn.OFFERED)),
        ]

    def __str__(self) -> str:
        return f"{self.release_id} {self.place}: {self.state}"

    @property
    def standing(self) -> Standing:
        """For the rules; `registration` and `taken_as` come along."""
        is_open = self.taken_as is not None and self.taken_as.is_undecided
        return Standing(self.pk, self.registration.partner_id, self.state, self.due_at, is_open)

    def is_offered(self, now: datetime) -> bool:
        return self.state == Turn.OFFERED and self.due_at is not None and self.due_at > now
