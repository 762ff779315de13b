"""Money that a customer got back after the deal was won."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from deals.registrations.models import MOST_MONEY, Registration
from prm.accounts.models import User
from prm.ids import PublicIdField


class Refund(models.Model):
    """In the currency of the deal. The sum of a deal's refunds is its `refunded_value`."""

    public_id = PublicIdField(prefix="rfd")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="refund_amount_bounded", condition=Q(amount__range=(Decimal("0.01"), MOST_MONEY))
            ),
            models.CheckConstraint(name="refund_has_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount}"
