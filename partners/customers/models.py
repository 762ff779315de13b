"""A customer, which the field calls an account, and the revenue it brought."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.profiles.models import Partner
from partners.states import NameKind, Origin, RevenueKind, Segment
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.ids import PublicIdField
from prm.matching.identity import Identity

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Under this name match keys point at customers.
SOURCE = "account"
LARGEST_AMOUNT = Decimal("1e11")
# Each name has keys of its own, and every check of a customer looks at all of them.
MOST_NAMES = 40


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Every row for vendor staff with the right; how much of a row is policies.can_read_fully."""
        return self.known_to(user).present()

    def known_to(self, user: "User | AnonymousUser") -> Self:
        """Those that were merged as well, for whoever holds an old id."""
        if (
            isinstance(user, User)
            and user.is_vendor
            and user.may(Permission.ACCOUNTS_READ, Permission.ACCOUNTS_READ_ALL)
        ):
            return self
        return self.none()

    def present(self) -> Self:
        """Without those that were merged into another; see also: Account.is_present."""
        return self.filter(merged_into=None)


class Account(models.Model):
    """An end customer. `name_key` and `domain` are derived from what is typed, for search.

    `former_names` repeats the rows of AccountName, so that whoever compares many customers reads one table.
    A customer that was merged into another keeps its row for the way back, and is nowhere to be seen meanwhile.
    """

    public_id = PublicIdField(prefix="acc")
    external_id = models.CharField(_("id in your CRM"), max_length=100, null=True, blank=True)  # noqa: DJ001 - unique when given
    name = models.CharField(_("name"), max_length=250)
    former_names = ArrayField(
        models.CharField(max_length=250), verbose_name=_("former names"), default=list, blank=True, size=MOST_NAMES
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    website = models.CharField(_("website"), max_length=500, blank=True)
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    segment = models.CharField(_("segment"), max_length=20, choices=Segment.choices, blank=True)
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), null=True, blank=True, on_delete=models.SET_NULL, related_name="owned_accounts"
    )
    named_account = models.BooleanField(_("named account"), default=False)
    customer_since = models.DateField(_("customer since"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", verbose_name=_("parent"), null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="absorbed",
        db_index=False,
    )
    name_key = models.CharField(max_length=400, editable=False)
    domain = models.CharField(max_length=255, blank=True, editable=False)
    # No indexes on who did it: nobody asks for that, and imports pay for each.
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[AccountQuerySet] = AccountQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A constraint, not unique=True: that would add a second index for LIKE, and imports pay for it.
            models.UniqueConstraint(name="account_external_id_once", fields=["external_id"]),
            models.CheckConstraint(name="account_external_id_not_empty", condition=~Q(external_id="")),
            models.CheckConstraint(name="account_has_name", condition=~Q(name="")),
            models.CheckConstraint(name="account_segment_known", condition=Q(segment__in=["", *Segment.values])),
            models.CheckConstraint(name="account_not_own_parent", condition=Q(parent=None) | ~Q(parent=F("id"))),
            models.CheckConstraint(
                name="account_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id"))
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="account_by_name", fields=["name_key", "id"]),
            models.Index(name="account_by_domain", fields=["domain"]),
            models.Index(name="account_by_country", fields=["country", "name_key", "id"]),
            GinIndex(SearchVector("name_key", config="simple"), name="account_words"),
            # Few are merged: an index of those alone costs imports nothing.
            models.Index(name="account_absorbed", fields=["merged_into"], condition=Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_present(self) -> bool:
        """See also: AccountQuerySet.present."""
        return self.merged_into_id is None

    @property
    def identity(self) -> Identity:
        return Identity(
            name=self.name,
            country=self.country,
            city=self.city,
            website=self.website,
            tax_number=self.tax_number,
            former_names=tuple(self.former_names),
        )


class AccountName(models.Model):
    """Another name of a customer, which finds it as its own does. `since` and `until`: when it was in use, if known."""

    public_id = PublicIdField(prefix="nam")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=12, choices=NameKind.choices, default=NameKind.FORMER)
    since = models.DateField(_("in use since"), null=True, blank=True)
    until = models.DateField(_("in use until"), null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="account_name_once", fields=["account", "name"]),
            models.CheckConstraint(name="account_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="account_name_kind_known", condition=Q(kind__in=NameKind.values)),
            models.CheckConstraint(
                name="account_name_ends_after_start",
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RevenueFact(models.Model):
    """Revenue of a customer through a partner, won or taken back; written once for each subject and kind."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="revenue")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="revenue")
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=RevenueKind.choices)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    on = models.DateField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="revenue_once_per_subject", fields=["subject_type", "subject_id", "kind"]),
            # BETWEEN also refuses NaN, which is greater than every number.
            models.CheckConstraint(name="revenue_amount_sane", condition=Q(amount__range=(0, LARGEST_AMOUNT))),
            models.CheckConstraint(name="revenue_kind_known", condition=Q(kind__in=RevenueKind.values)),
            models.CheckConstraint(name="revenue_origin_known", condition=Q(origin__in=Origin.values)),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="revenue_by_partner", fields=["partner", "on"]),
            models.Index(name="revenue_by_account", fields=["account", "on"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"
