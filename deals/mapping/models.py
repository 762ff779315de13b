"""Lists of customers that a partner maps with ours, and what each side is ready to show of its own."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from deals.mapping.rules import LONGEST_CONTACT
from deals.mapping.states import TONES, MapState, Relation
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Whoever has one of these reads some overlaps; which ones is `visible_to`.
READERS = (P.DEALS_READ_ORGANISATION, P.DEALS_READ_ALL, P.DIRECT_SELL)


class MappedListQuerySet(models.QuerySet["MappedList"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A partner's own. Nobody of the vendor reads a list."""
        if not isinstance(user, User) or not user.is_partner or not user.may(P.DEALS_READ_ORGANISATION):
            return self.none()
        return self.filter(partner__organisation=user.organisation)


class MappedList(models.Model):
    """`columns` names a field for each column of `header`, or ""."""

    public_id = PublicIdField(prefix="map")
    version = models.PositiveIntegerField(default=1)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="mapped_lists")
    name = models.CharField(max_length=200)
    header = ArrayField(models.CharField(max_length=200))
    columns = ArrayField(models.CharField(max_length=40, blank=True))
    rows = models.PositiveIntegerField()
    refused = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=MapState.choices, default=MapState.UPLOADED)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[MappedListQuerySet] = MappedListQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="mapped_list_finished_when_done",
                condition=Q(state=MapState.DONE, finished_at__isnull=False)
                | Q(state__in=[MapState.UPLOADED, MapState.WORKING, MapState.FAILED], finished_at=None),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="mapped_list_newest", fields=["partner", "-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/mapping/lists/{self.public_id}/"

    @property
    def tone(self) -> str:
        return TONES[MapState(self.state)]


class MappedPortion(models.Model):
    """Some hundred rows as they were read, until they are compared; counted as a spreadsheet does."""

    of = models.ForeignKey(MappedList, on_delete=models.CASCADE, related_name="portions", db_index=False)
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="mapped_portion_once", fields=["of", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.of_id} {self.number}"


class MappedRowQuerySet(models.QuerySet["MappedRow"]):
    def agreed(self) -> Self:
        """Overlaps: the partner shows this row, and we show this customer to this partner."""
        ours = SharedAccount.objects.filter(partner=OuterRef("of__partner"), account=OuterRef("account"))
        return self.filter(Exists(ours), shared_at__isnull=False, account__merged_into=None)

    def overlaps_for(self, user: "User | AnonymousUser") -> Self:
        """What both sides show: for a partner its own, for the vendor all, for a seller of ours the own customers'."""
        if not isinstance(user, User) or user.organisation is None or not user.may(*READERS):
            return self.none()
        if user.is_partner:
            return self.agreed().filter(of__partner__organisation=user.organisation)
        return self.agreed() if user.may(P.DEALS_READ_ALL) else self.agreed().filter(account__owner=user)


class MappedRow(models.Model):
    """A customer of the partner. `account` is whom we know it as: told to nobody before both consent."""

    public_id = PublicIdField(prefix="mpr")
    of = models.ForeignKey(MappedList, on_delete=models.CASCADE, related_name="customers", db_index=False)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=250)
    country = models.CharField(max_length=2, blank=True)
    city = models.CharField(max_length=120, blank=True)
    relation = models.CharField(_("Relation"), max_length=10, choices=Relation.choices)
    contact = models.CharField(max_length=LONGEST_CONTACT, blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.SET_NULL, related_name="+")
    shared_at = models.DateTimeField(null=True)
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    objects: ClassVar[MappedRowQuerySet] = MappedRowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="mapped_row_once", fields=["of", "number"]),
            models.CheckConstraint(name="mapped_row_says_who", condition=~Q(name="") & Q(relation__in=Relation.values)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None


class SharedAccount(models.Model):
    """A customer of ours that this partner may know of, if it knows the customer as well and shows it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="+", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="shared_account_once", fields=["partner", "account"]),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.partner_id}"
