"""What the people of a partner have proved that they can do, and until when."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from partners.profiles.models import LONGEST_COMPETENCY, Partner
from partners.states import Level

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from prm.accounts.models import User


class CapabilityQuerySet(models.QuerySet["Capability"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As the partner that has it."""
        return self.filter(partner__in=Partner.objects.visible_to(user))

    def in_force(self, now: datetime) -> Self:
        """See also: Capability.is_in_force."""
        return self.filter(valid_until__gt=now)


class Capability(models.Model):
    """A competency at a level, as long as somebody who works there has proved it.

    `holders` are how many they are; the last of their proofs ends at `valid_until`, after which it counts no more,
    whether or not anybody has recorded that.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="capabilities")
    competency = models.CharField(max_length=LONGEST_COMPETENCY)
    level = models.CharField(max_length=12, choices=Level.choices)
    holders = models.PositiveIntegerField()
    valid_until = models.DateTimeField()

    objects: ClassVar[CapabilityQuerySet] = CapabilityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="capability_once", fields=["partner", "competency", "level"]),
            models.CheckConstraint(name="capability_level_known", condition=Q(level__in=Level.values)),
            models.CheckConstraint(name="capability_held_by_somebody", condition=Q(holders__gte=1)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="capability_of_competency", fields=["competency", "valid_until"]),
            models.Index(name="capability_ends", fields=["valid_until"]),
        ]

    def __str__(self) -> str:
        return f"{self.competency}, {self.get_level_display()}"

    def is_in_force(self, now: datetime) -> bool:
        """See also: CapabilityQuerySet.in_force."""
        return self.valid_until > now
