"""The one extension of a protection: asked with proof before its end, decided like a registration."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.registrations.models import Registration
from deals.registrations.states import Outcome, State
from deals.teaming.models import mates_of
from prm.accounts.models import User
from prm.policy.models import PolicyVersion


class ExtensionState(models.TextChoices):
    ASKED = "asked", "asked"
    GRANTED = "granted", "granted"
    REFUSED = "refused", "refused"


class ExtensionQuerySet(models.QuerySet["Extension"]):
    def waiting(self) -> Self:
        """Those of protections that have ended otherwise wait for nobody."""
        return self.filter(decided_at=None, registration__state=State.APPROVED)

    def to_decide_by(self, user: User) -> Self:
        """As RegistrationQuerySet.to_decide_by."""
        mine = Q(registration__partner__pam=user) | Q(registration__partner__pam=None)
        return self.waiting().filter(mine)

    def overdue(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)


class Extension(models.Model):
    """`before` is where the protection ended when it was asked for, `until` where it ends if it is granted."""

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="extension")
    proof = models.TextField(max_length=4000)
    before = models.DateTimeField()
    until = models.DateTimeField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    granted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    message = models.TextField(blank=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[ExtensionQuerySet] = ExtensionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="extension_makes_longer", condition=Q(until__gt=F("before"))),
            models.CheckConstraint(name="extension_asked_in_time", condition=Q(before__gt=F("asked_at"))),
            models.CheckConstraint(name="extension_with_proof", condition=~Q(proof="")),
            models.CheckConstraint(
                name="extension_decision_whole",
                condition=Q(decided_at=None, granted=None) | Q(decided_at__isnull=False, granted__isnull=False),
            ),
            models.CheckConstraint(name="extension_refused_with_reason", condition=~Q(granted=False) | ~Q(message="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="extension_waiting", fields=["due_at"], condition=Q(decided_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.state}"

    @property
    def state(self) -> str:
        if self.granted is None:
            return ExtensionState.ASKED
        return ExtensionState.GRANTED if self.granted else ExtensionState.REFUSED


def extension_of(registration: Registration) -> Extension | None:
    """Comes along with every registration that is read with its people; no query, unless the protection is shared and
    the other holder may have asked."""
    found: Extension | None = getattr(registration, "extension", None)
    if found is None and registration.outcome == Outcome.TEAMING:
        return Extension.objects.filter(registration__in=mates_of(registration)).first()
    return found
