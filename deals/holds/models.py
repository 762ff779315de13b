"""Prices that an approval holds for a customer until a date."""

from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.holds.rules import REMIND_DAYS, Held
from deals.products.models import ProductLine
from deals.registrations.models import Registration
from prm.ids import PublicIdField


class PriceHoldQuerySet(models.QuerySet["PriceHold"]):
    def running(self, now: datetime) -> Self:
        return self.filter(until__gt=now)

    def ending(self, now: datetime) -> Self:
        """Of which the partner is to be told now."""
        return self.running(now).filter(reminded_at=None, until__lte=now + timedelta(days=REMIND_DAYS))


class PriceHold(models.Model):
    """`price` is per unit and year. It has ended when `until` has passed; nobody has to write that down."""

    public_id = PublicIdField(prefix="hld")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="price_holds")
    product = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="+")
    price = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    since = models.DateTimeField()
    until = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)

    objects: ClassVar[PriceHoldQuerySet] = PriceHoldQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="price_hold_once", fields=["registration", "product"]),
            models.CheckConstraint(name="price_hold_bounded", condition=Q(price__range=(0, 10**11))),
            models.CheckConstraint(name="price_hold_runs_forward", condition=Q(until__gt=F("since"))),
            models.CheckConstraint(name="price_hold_currency_known", condition=Q(currency__regex="^[A-Z]{3}$")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="price_hold_ending", fields=["until"], condition=Q(reminded_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.price} {self.currency}"

    @property
    def held(self) -> Held:
        return Held(self.price, self.currency, self.until)
