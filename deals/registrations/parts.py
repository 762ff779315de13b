"""What hangs on a registration: its product lines, and the colleagues who may read it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from deals.products.models import ProductLine
from prm.accounts.models import User


class RegistrationLine(models.Model):
    """A product line of a registration. `approved` is None until the decision."""

    registration = models.ForeignKey("deals.Registration", on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(ProductLine, on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(default=1)
    approved = models.BooleanField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="registration_line_once", fields=["registration", "product"]),
            models.CheckConstraint(name="registration_line_quantity", condition=Q(quantity__range=(1, 1_000_000))),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product_id}"


class RegistrationShare(models.Model):
    """A colleague who may read this registration: engineers and support see nothing else."""

    registration = models.ForeignKey("deals.Registration", on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="registration_share_once", fields=["registration", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} with {self.user_id}"
