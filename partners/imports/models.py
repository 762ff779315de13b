"""An import of customers: the file in portions, what the check found, and what it changed."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from partners.imports.states import TONES, WORKING, State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AccountImportQuerySet(models.QuerySet["AccountImport"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Whoever may change every customer sees every import."""
        may = isinstance(user, User) and user.is_vendor and user.may(P.ACCOUNTS_WRITE_ALL)
        return self if may else self.none()


class AccountImport(models.Model):
    """`columns` names a field of customers for each column of `header`, or "" for one that is left out.

    Counts are of rows: `new`, `changed`, `unchanged`, `refused`; of the check first, then of the import itself.
    `kept` are customers that an undo had to leave as they are.
    """

    public_id = PublicIdField(prefix="imp")
    file_name = models.CharField(max_length=200)
    header = ArrayField(models.CharField(max_length=200))
    columns = ArrayField(models.CharField(max_length=40, blank=True))
    rows = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    imported_at = models.DateTimeField(null=True)
    imported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AccountImportQuerySet] = AccountImportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="import_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="import_undone_after_import", condition=Q(undone_at=None) | Q(imported_at__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="import_newest", fields=["-created_at", "-id"])]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return f"/accounts/imports/{self.public_id}/"

    @property
    def is_working(self) -> bool:
        return self.state in WORKING

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "")


class ImportPortion(models.Model):
    """Some hundred rows of the file as they were read; `first` counts as a spreadsheet does, the header is row 1."""

    of = models.ForeignKey(AccountImport, on_delete=models.CASCADE, related_name="portions")
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="import_portion_once", fields=["of", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class ImportFinding(models.Model):
    """What is wrong with a row, in a sentence that says how to mend it."""

    of = models.ForeignKey(AccountImport, on_delete=models.CASCADE, related_name="findings")
    row = models.PositiveIntegerField()
    field = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=300)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [models.Index(name="import_finding_row", fields=["of", "row", "id"])]

    def __str__(self) -> str:
        return f"row {self.row}, {self.field}: {self.sentence}"


class ImportedRow(models.Model):
    """A row that names a customer; after the import which one, what it was before (None: new) and its version then."""

    of = models.ForeignKey(AccountImport, on_delete=models.CASCADE, related_name="named")
    number = models.PositiveIntegerField()
    external_id = models.CharField(max_length=100)
    account_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="import_names_once", fields=["of", "external_id"]),
            models.CheckConstraint(
                name="import_row_whole",
                condition=Q(account_id=None, version=None, before=None)
                | Q(account_id__isnull=False, version__isnull=False),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="import_touched", fields=["of", "id"], condition=Q(account_id__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.external_id
