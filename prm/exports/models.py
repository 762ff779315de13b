"""Files of long lists: who asked for what, and the file itself in pieces.

They rest in the database, not on a disk, so that whoever makes one and whoever sends it need not share a host.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from prm.accounts.models import Organisation, User
from prm.exports.states import Kind, State
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# How long a file waits to be fetched, and how long one may take that nobody works on any more.
KEPT = timedelta(hours=24)
ABANDONED = timedelta(hours=48)


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Only who asked, while belonging to the organisation they asked for."""
        organisation = user.organisation if isinstance(user, User) else None
        return self.filter(created_by_id=user.pk, organisation=organisation) if organisation else self.none()

    def making(self) -> Self:
        return self.filter(state=State.MAKING)

    def forgettable(self, now: datetime) -> Self:
        return self.filter(Q(made_at__lte=now - KEPT) | Q(made_at=None, created_at__lte=now - ABANDONED))


class Export(models.Model):
    """`listing` names the list, `query` what it was narrowed by, as in an address."""

    public_id = PublicIdField(prefix="exp")
    listing = models.CharField(max_length=40)
    file = models.CharField(max_length=4, choices=Kind.choices)
    query = models.CharField(max_length=2000, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.MAKING)
    rows = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(null=True)

    objects: ClassVar[ExportQuerySet] = ExportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="export_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(name="export_file_known", condition=Q(file__in=Kind.values)),
            models.CheckConstraint(
                name="export_made_when_ready",
                condition=Q(state=State.READY, made_at__isnull=False) | (~Q(state=State.READY) & Q(made_at=None)),
            ),
            models.UniqueConstraint(
                "created_by", "organisation", "listing", "file", MD5("query"),
                name="export_asked_once", condition=Q(state=State.MAKING),
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="export_of_person", fields=["created_by", "-id"]),
            models.Index(name="export_making", fields=["organisation"], condition=Q(state=State.MAKING)),
        ]

    def __str__(self) -> str:
        return f"{self.listing}.{self.file}"

    def get_absolute_url(self) -> str:
        return f"/exports/{self.public_id}/"

    @property
    def is_working(self) -> bool:
        return self.state == State.MAKING

    @property
    def kept_until(self) -> datetime | None:
        return self.made_at + KEPT if self.made_at else None

    def can_be_fetched(self, now: datetime) -> bool:
        return self.kept_until is not None and now < self.kept_until


class ExportPart(models.Model):
    """Some thousand rows by their keys, then as they stand in the file, packed; in the end the file's pieces."""

    of = models.ForeignKey(Export, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    keys = ArrayField(models.BigIntegerField(), default=list)
    content = models.BinaryField(default=b"")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="export_part_once", fields=["of", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"
