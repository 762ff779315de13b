"""A customer's need that everybody may offer for: noted by the vendor, with its date and where it was published."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.products.models import ProductLine
from partners.models import Account
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_SOURCE = 300


class TenderQuerySet(models.QuerySet["Tender"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """For those of the vendor who read every customer; partners read of it in a decision."""
        if not isinstance(user, User) or not user.is_vendor:
            return self.none()
        return self if user.may(Permission.ACCOUNTS_READ_ALL) else self.none()

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Tender(models.Model):
    """Without a `product` it is about all of them. What was noted by mistake is withdrawn."""

    public_id = PublicIdField(prefix="tnd")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tenders")
    product = models.ForeignKey(ProductLine, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_on = models.DateField(_("Published on"))
    source = models.CharField(_("Where"), max_length=LONGEST_SOURCE)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[TenderQuerySet] = TenderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="tender_once_per_product",
                fields=["account", "product"],
                condition=Q(withdrawn_at=None, product__isnull=False),
            ),
            models.UniqueConstraint(
                name="tender_once_for_all", fields=["account"], condition=Q(withdrawn_at=None, product=None)
            ),
            models.CheckConstraint(name="tender_source_given", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.published_on}"
