"""Rates of exchange of the programme's currency, day by day. What was recorded stays; a correction is another row."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.rates.rules import LEAST, MOST, PLACES, WHOLE, plain
from prm.rates.states import Quotation

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_SOURCE = 120
NEWEST = ("-on", "currency", "-recorded_at", "-pk")


class RateQuerySet(models.QuerySet["Rate"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of those who keep them. What follows from them is read on the pages that show it."""
        if isinstance(user, User) and user.is_vendor and user.may(P.RATES_MANAGE):
            return self
        return self.none()

    def with_standing(self) -> Self:
        """`is_corrected` says of each whether a later row of the same day counts instead."""
        return self.annotate(is_corrected=_later())

    def counting(self) -> Self:
        return self.filter(~_later())

    def between(self, reporting: str, first: date, last: date) -> Self:
        return self.filter(reporting=reporting, on__gte=first, on__lte=last)

    def last_of_each(self) -> Self:
        """The one that counts of the newest day, for each currency."""
        return self.order_by("currency", "-on", "-recorded_at").distinct("currency")


def _later() -> Exists:
    """Whether there is one of the same day and currency that was recorded later."""
    same = {name: OuterRef(name) for name in ("reporting", "currency", "on")}
    return Exists(Rate.objects.filter(**same, recorded_at__gt=OuterRef("recorded_at")))


class Rate(models.Model):
    """What a currency was worth on a day. `reporting` is the programme's currency when it was recorded; `quotation`
    says which of the two `value` is a price of."""

    public_id = PublicIdField(prefix="rat")
    reporting = models.CharField(max_length=3)
    currency = models.CharField(_("Currency"), max_length=3)
    quotation = models.CharField(_("The rate is for"), max_length=8, choices=Quotation.choices)
    value = models.DecimalField(_("Rate"), max_digits=WHOLE + PLACES, decimal_places=PLACES)
    on = models.DateField(_("Day"))
    source = models.CharField(_("Source"), max_length=LONGEST_SOURCE, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[RateQuerySet] = RateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="rate_bounded", condition=Q(value__range=(LEAST, MOST))),
            models.CheckConstraint(
                name="rate_of_two_currencies",
                condition=Q(currency__regex="^[A-Z]{3}$", reporting__regex="^[A-Z]{3}$") & ~Q(currency=F("reporting")),
            ),
            models.CheckConstraint(name="rate_quotation_known", condition=Q(quotation__in=Quotation.values)),
            # One counts: two of a day are never as old as each other. It is also what the last of each is found by.
            models.UniqueConstraint(
                name="rate_one_is_last",
                fields=["reporting", "currency", "on", "recorded_at"],
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="rate_newest", fields=["-on", "currency", "-recorded_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"1 {self.base} = {self.plain} {self.quote}, {self.on}"

    @property
    def base(self) -> str:
        """What `value` is the price of one unit of."""
        return self.currency if self.quotation == Quotation.DIRECT else self.reporting

    @property
    def quote(self) -> str:
        return self.reporting if self.quotation == Quotation.DIRECT else self.currency

    @property
    def plain(self) -> str:
        """The value with the decimals that it has."""
        return plain(self.value)

    def says(self, value: Decimal, quotation: str) -> bool:
        return self.value == value and self.quotation == quotation
