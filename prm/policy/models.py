"""Programme rules as effective-dated versions, and who has acknowledged them."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.ids import PublicIdField
from prm.policy.states import VersionState

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class PolicyVersionQuerySet(models.QuerySet["PolicyVersion"]):
    def effective(self, schema: str, now: datetime) -> Self:
        """Newest first: the first row is the one in force."""
        begun = self.filter(schema=schema, effective_from__lte=now, withdrawn_at=None)
        return begun.order_by("-effective_from", "-number")

    def all_effective(self, now: datetime) -> Self:
        """The one in force of each schema."""
        begun = self.filter(effective_from__lte=now, withdrawn_at=None)
        return begun.order_by("schema", "-effective_from", "-number").distinct("schema")

    def standing(self, schema: str) -> Self:
        """Begun or planned, and not taken back."""
        return self.filter(schema=schema, withdrawn_at=None)

    def planned(self, schema: str, now: datetime) -> Self:
        """What begins later, the next one first."""
        return self.standing(schema).filter(effective_from__gt=now).order_by("effective_from", "number")


class PolicyVersion(models.Model):
    """One published version of one set of rules; `values` is complete, so later defaults never change the past.

    A version that has not begun may be taken back; its number is not given again.
    """

    public_id = PublicIdField(prefix="pol")
    schema = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    values = models.JSONField()
    effective_from = models.DateTimeField()
    note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[PolicyVersionQuerySet] = PolicyVersionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="policy_version_number", fields=["schema", "number"]),
            models.CheckConstraint(name="policy_version_number_positive", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="policy_withdrawn_before_it_began",
                condition=Q(withdrawn_at=None, withdrawn_by=None) | Q(withdrawn_at__lt=F("effective_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema} v{self.number}"

    def state(self, now: datetime) -> VersionState:
        if self.withdrawn_at is not None:
            return VersionState.WITHDRAWN
        return VersionState.PLANNED if self.effective_from > now else VersionState.BEGUN

    def is_planned(self, now: datetime) -> bool:
        """See also: PolicyVersionQuerySet.planned."""
        return self.state(now) == VersionState.PLANNED


class AcknowledgementQuerySet(models.QuerySet["Acknowledgement"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A partner's own; all of them for those who work with partners."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            return self.filter(organisation_id=user.organisation.pk)
        return self if user.may(Permission.PARTNERS_READ) else self.none()


class Acknowledgement(models.Model):
    """An organisation has read a version: `digest` is the SHA-256 of the text that was shown."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="acknowledgements")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    acknowledged_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AcknowledgementQuerySet] = AcknowledgementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="acknowledgement_once", fields=["version", "organisation"]),
            models.CheckConstraint(name="acknowledgement_digest", condition=Q(digest__regex="^[0-9a-f]{64}$")),
        ]

    def __str__(self) -> str:
        return f"{self.version} by {self.organisation_id}"
