"""Proposals to lower frozen terms, what the partner said to each, and the terms before and after."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.amendments.states import ANSWERED, ENDED, TONES, AmendmentState
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST = 2000


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(registration__in=Registration.objects.visible_to(user).order_by())

    def open(self) -> Self:
        return self.filter(state=AmendmentState.PROPOSED)

    def agreed(self) -> Self:
        return self.filter(state=AmendmentState.AGREED)

    def due(self, now: datetime) -> Self:
        return self.open().filter(due_at__lte=now)


class Amendment(models.Model):
    """`once` and `yearly` are the shares that are proposed, None for what stays; `reason` is ours, `text` what the
    partner answered. Agreed, it is the consent: a trigger keeps it as it is, and another one lets no lower terms into
    the registration than those of such a row."""

    public_id = PublicIdField(prefix="amd")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="amendments")
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.PROPOSED)
    once = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    yearly = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    reason = models.TextField(max_length=LONGEST)
    terms_before = models.JSONField()
    terms_after = models.JSONField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField(max_length=LONGEST, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AmendmentQuerySet] = AmendmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("proposed_at", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="amendment_one_open", fields=["registration"], condition=Q(state=AmendmentState.PROPOSED)
            ),
            models.CheckConstraint(name="amendment_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="amendment_lowers_something",
                condition=(Q(once__isnull=False) | Q(yearly__isnull=False))
                & (Q(once=None) | Q(once__range=(0, 1)))
                & (Q(yearly=None) | Q(yearly__range=(0, 1)))
                & ~Q(terms_before=F("terms_after")),
            ),
            models.CheckConstraint(name="amendment_due_later", condition=Q(due_at__gt=F("proposed_at"))),
            # … and every state is one of those.
            models.CheckConstraint(
                name="amendment_state_whole",
                condition=Q(state=AmendmentState.PROPOSED, answered_at=None, answered_by=None, text="", ended_at=None)
                | Q(state__in=sorted(ANSWERED), answered_at__isnull=False, ended_at=None)
                | Q(state__in=sorted(ENDED), answered_at=None, answered_by=None, text="", ended_at__isnull=False),
            ),
            models.CheckConstraint(
                name="amendment_answered_in_time", condition=Q(answered_at=None) | Q(answered_at__lt=F("due_at"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="amendment_due", fields=["due_at"], condition=Q(state=AmendmentState.PROPOSED)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == AmendmentState.PROPOSED

    @property
    def tone(self) -> str:
        return TONES[AmendmentState(self.state)]
