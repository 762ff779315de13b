"""Programme rules as effective-dated versions."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from prm.accounts.models import User
from prm.ids import PublicIdField


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def effective(self, schema: str, now: datetime) -> Self:
        """Newest first: the first row is the one in force."""
        return self.filter(schema=schema, effective_from__lte=now).order_by("-effective_from", "-number")


class PolicyVersion(models.Model):
    """One published version of one set of rules; `values` is complete, so later defaults never change the past."""

    public_id = PublicIdField(prefix="pol")
    schema = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    effective_from = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PolicyVersionQuerySet] = PolicyVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="policy_version_number", fields=["schema", "number"]),
            models.CheckConstraint(name="policy_version_number_positive", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.schema} v{self.number}"
