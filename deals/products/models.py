from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partners.profiles.models import LONGEST_COMPETENCY
from partners.states import Level
from prm.ids import PublicIdField


class ProductLineQuerySet(models.QuerySet["ProductLine"]):
    def on_sale(self) -> Self:
        return self.filter(retired_on=None)


class ProductLine(models.Model):
    """What partners sell. Price and cost are per unit and year; cost is for the vendor's eyes only.

    Where a competency is required, only partners that have it at this level or above register the line.
    """

    public_id = PublicIdField(prefix="prd")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    family = models.CharField(_("family"), max_length=60, blank=True)
    list_price = models.DecimalField(max_digits=14, decimal_places=2)
    cost = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    retired_on = models.DateField(null=True, blank=True)
    required_competency = models.CharField(_("required competency"), max_length=LONGEST_COMPETENCY, blank=True)
    required_level = models.CharField(_("required level"), max_length=12, choices=Level.choices, blank=True)

    objects: ClassVar[ProductLineQuerySet] = ProductLineQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="product_price_and_cost_bounded",
                condition=Q(list_price__range=(0, 10**11)) & Q(cost__range=(0, 10**11)),
            ),
            models.CheckConstraint(
                name="product_requirement_whole",
                condition=Q(required_competency="", required_level="")
                | (~Q(required_competency="") & Q(required_level__in=Level.values)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def requirement(self) -> tuple[str, str] | None:
        """Competency and level that a partner needs for it."""
        return (self.required_competency, self.required_level) if self.required_competency else None
