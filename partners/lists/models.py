"""A list of companies to compare with everything that is registered: the file in portions, a result for each row."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from partners.lists.states import BAND_TONES, TONES, Band, State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Somebody else's list of customers is not kept longer than it is looked at.
KEPT = timedelta(days=30)


class CompanyListQuerySet(models.QuerySet["CompanyList"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Whoever may compare lists sees every list."""
        may = isinstance(user, User) and user.is_vendor and user.may(P.LISTS_ASSESS)
        return self if may else self.none()

    def forgettable(self, now: datetime) -> Self:
        return self.filter(created_at__lte=now - KEPT)


class CompanyList(models.Model):
    """`columns` names a field for each column of `header`, or "" for one that is left out."""

    public_id = PublicIdField(prefix="lst")
    file_name = models.CharField(max_length=200)
    header = ArrayField(models.CharField(max_length=200))
    columns = ArrayField(models.CharField(max_length=40, blank=True))
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[CompanyListQuerySet] = CompanyListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="list_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="list_started_unless_uploaded", condition=Q(state=State.UPLOADED) ^ Q(started_at__isnull=False)
            ),
            models.CheckConstraint(
                name="list_finished_when_done", condition=~(Q(state=State.DONE) ^ Q(finished_at__isnull=False))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="list_newest", fields=["-created_at", "-id"]),
            models.Index(name="list_working", fields=["id"], condition=Q(state=State.WORKING)),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/accounts/lists/{self.public_id}/"

    @property
    def is_working(self) -> bool:
        return self.state == State.WORKING

    @property
    def kept_until(self) -> datetime:
        return self.created_at + KEPT

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "")


class ListPortion(models.Model):
    """Some hundred rows as they were read, empty once they are compared. Workers take portions, several at a time.

    `first` counts as a spreadsheet does, the header is row 1; the counts are of rows by their band.
    """

    of = models.ForeignKey(CompanyList, on_delete=models.CASCADE, related_name="portions", db_index=False)
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    rows = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.BooleanField(default=False)
    block = models.PositiveIntegerField(default=0)
    review = models.PositiveIntegerField(default=0)
    hint = models.PositiveIntegerField(default=0)
    none = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="list_portion_once", fields=["of", "number"]),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # Whoever was tried least often comes first, so that two workers seldom want the same.
            models.Index(name="list_portion_waiting", fields=["of", "attempts", "id"], condition=Q(done=False)),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class ListRow(models.Model):
    """What became of one row. `matches` is a list of {type, id, score, band, evidence: [{rule, text}]}, the likeliest
    record of each kind; `band` and `score` are of the likeliest of all. `sentence` says why a row was not read."""

    of = models.ForeignKey(CompanyList, on_delete=models.CASCADE, related_name="results", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=250)
    country = models.CharField(max_length=2, blank=True)
    band = models.CharField(max_length=8, choices=Band.choices)
    score = models.DecimalField(max_digits=4, decimal_places=3, default=Decimal(0))
    matches = models.JSONField(default=list)
    sentence = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # Whatever two workers do: no row has two results.
            models.UniqueConstraint(name="list_row_once", fields=["of", "number"]),
            models.CheckConstraint(name="list_row_band_known", condition=Q(band__in=Band.values)),
            models.CheckConstraint(name="list_row_score_share", condition=Q(score__range=(Decimal(0), Decimal(1)))),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="list_row_by_band", fields=["of", "band", "number"])]

    def __str__(self) -> str:
        return f"row {self.number}: {self.band}"

    @property
    def tone(self) -> str:
        return BAND_TONES.get(Band(self.band), "")
