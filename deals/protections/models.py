"""Protections: account × product × period, and the constraint that makes a double one impossible."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from deals.products.models import ProductLine
from deals.registrations.models import Registration
from partners.models import Account


class ProtectionQuerySet(models.QuerySet["Protection"]):
    def holding(self, now: datetime) -> Self:
        """Those that have not ended. Whoever waited for an approval has an older clock than its beginning."""
        return self.filter(Q(period__endswith__gt=now) | Q(period__upper_inf=True))

    def release(self, now: datetime) -> int:
        """End the periods now; those that have ended already keep their end."""
        holding = self.filter(period__contains=now)
        return holding.end_at(now)

    def end_at(self, until: datetime) -> int:
        """Move the end of the periods, to an earlier or a later moment."""
        return self.update(period=Func(Func(F("period"), function="lower"), Value(until), function="tstzrange"))


def _point(field: str) -> Func:
    """A whole number as a range of one: GiST compares ranges without any extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


class Protection(models.Model):
    """`period` is [approval, end): it has ended when its period has, whether or not anybody recorded it.

    A provisional one has no end before the decision.
    """

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="protections")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="protections")
    product = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="+")
    period = DateTimeRangeField()

    objects: ClassVar[ProtectionQuerySet] = ProtectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            ExclusionConstraint(
                name="protection_never_double",
                expressions=[
                    (_point("account"), RangeOperators.OVERLAPS),
                    (_point("product"), RangeOperators.OVERLAPS),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(name="protection_once_per_line", fields=["registration", "product"]),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} × {self.product_id}"
