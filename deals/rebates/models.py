"""The volume rebate of one period and currency, reckoned when the period is over."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from deals.incentives import MOST_VOLUME
from partners.models import Partner
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion


class Rebate(models.Model):
    """`volume` is what the period's deals were won for, less refunds until now; `rate` and `amount` are as booked.

    `policy` holds the steps: the rules of the period's first day. What is refunded later lowers the volume, and the
    ledger takes back the difference. A period without a rebate has a row too, so that it is reckoned once.
    """

    public_id = PublicIdField(prefix="rbt")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="rebates", db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    currency = models.CharField(max_length=3)
    volume = models.DecimalField(max_digits=14, decimal_places=2)
    rate = models.DecimalField(max_digits=5, decimal_places=4)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="rebate_once", fields=["partner", "first_day", "last_day", "currency"]),
            models.CheckConstraint(name="rebate_period_runs_forward", condition=Q(last_day__gt=F("first_day"))),
            models.CheckConstraint(name="rebate_volume_bounded", condition=Q(volume__range=(0, MOST_VOLUME))),
            models.CheckConstraint(
                name="rebate_within_volume", condition=Q(rate__range=(0, 1), amount__range=(Decimal(0), MOST_VOLUME))
            ),
            models.CheckConstraint(name="rebate_currency_known", condition=Q(currency__regex="^[A-Z]{3}$")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.amount} {self.currency}"
