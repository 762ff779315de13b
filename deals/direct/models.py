"""What our own sellers do at customers: opportunities they work on, and each time they were in touch."""

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.direct.states import ENDS, OPEN_STAGES, TONES, Part, Stage, TouchKind
from deals.products.models import ProductLine
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.currencies import Money
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_MONEY = 10**11
LONGEST_NOTE = 1000


def seen_by(user: "User | AnonymousUser", seller: str = "seller") -> Q:
    """Of direct sales: everything for those who read it all, the own for a seller, for a partner nothing."""
    if isinstance(user, User) and user.is_vendor:
        if user.may(P.DIRECT_READ_ALL):
            return Q()
        if user.may(P.DIRECT_SELL):
            return Q(**{seller: user})
    return Q(pk__in=[])


class DirectOpportunityQuerySet(models.QuerySet["DirectOpportunity"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(seen_by(user))

    def open(self) -> Self:
        return self.filter(stage__in=OPEN_STAGES)

    def with_nouns(self) -> Self:
        return self.select_related("account", "seller", "partner__organisation").prefetch_related("products")


class DirectOpportunity(models.Model):
    """Without products it is about all of them. `uplift_rate` is frozen when it is won with a partner attached."""

    public_id = PublicIdField(prefix="dop")
    version = models.PositiveIntegerField(default=1)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="direct_opportunities")
    seller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    products = models.ManyToManyField(ProductLine, related_name="+", blank=True)
    stage = models.CharField(_("Stage"), max_length=12, choices=Stage.choices, default=Stage.PROSPECTING)
    value = models.DecimalField(_("Value"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    expected_close = models.DateField(_("Expected close"), null=True, blank=True)
    external_id = models.CharField(_("Your own CRM id"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices, blank=True)
    attached_at = models.DateTimeField(null=True)
    attached_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    uplift_rate = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    uplift = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    policy = models.ForeignKey(PolicyVersion, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[DirectOpportunityQuerySet] = DirectOpportunityQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="direct_opportunity_stage_known", condition=Q(stage__in=Stage.values)),
            models.CheckConstraint(
                name="direct_opportunity_value_bounded",
                condition=Q(value=None, currency="")
                | (Q(value__isnull=False, value__range=(0, MOST_MONEY)) & Q(currency__regex="^[A-Z]{3}$")),
            ),
            models.CheckConstraint(
                name="direct_opportunity_ended_whole",
                condition=Q(stage__in=OPEN_STAGES, ended_at=None, closed_on=None)
                | Q(stage__in=ENDS, ended_at__isnull=False, closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="direct_opportunity_attached_whole",
                condition=Q(partner=None, part="", attached_at=None)
                | (Q(partner__isnull=False, attached_at__isnull=False) & Q(part__in=Part.values)),
            ),
            models.CheckConstraint(
                name="direct_opportunity_uplift_with_partner",
                condition=Q(uplift_rate=None, uplift__range=(0, 0), policy=None)
                | Q(
                    uplift_rate__range=(0, 1),
                    uplift__range=(0, MOST_MONEY),
                    policy__isnull=False,
                    partner__isnull=False,
                    stage=Stage.WON,
                ),
            ),
            models.UniqueConstraint(
                name="direct_opportunity_external_id_once", fields=["external_id"], condition=~Q(external_id="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="direct_opportunity_open", fields=["account"], condition=Q(stage__in=OPEN_STAGES)),
            models.Index(name="direct_opportunity_won", fields=["closed_on", "seller"], condition=Q(stage=Stage.WON)),
            models.Index(name="direct_opportunity_newest", fields=["-created_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.account} · {self.get_stage_display()}"

    def get_absolute_url(self) -> str:
        return f"/direct/{self.public_id}/"

    @property
    def is_open(self) -> bool:
        """See also: DirectOpportunityQuerySet.open."""
        return self.stage in OPEN_STAGES

    @property
    def slugs(self) -> list[str]:
        return [product.slug for product in self.products.all()]

    @property
    def money(self) -> Money | None:
        return None if self.value is None else Money(self.value, self.currency)

    @property
    def uplift_money(self) -> Money | None:
        """None until it is won with a partner attached."""
        return None if self.uplift_rate is None else Money(self.uplift, self.currency)

    @property
    def tone(self) -> str:
        return TONES.get(Stage(self.stage), "accent")


class DirectTouchQuerySet(models.QuerySet["DirectTouch"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self.filter(seen_by(user))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class DirectTouch(models.Model):
    """Once that a seller was in touch with a customer. What was noted by mistake is withdrawn."""

    public_id = PublicIdField(prefix="dtc")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="direct_touches")
    seller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(_("Kind"), max_length=8, choices=TouchKind.choices)
    on = models.DateField(_("Day"))
    note = models.TextField(_("Note"), max_length=LONGEST_NOTE, blank=True)
    external_id = models.CharField(_("Your own CRM id"), max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[DirectTouchQuerySet] = DirectTouchQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="direct_touch_kind_known", condition=Q(kind__in=TouchKind.values)),
            models.UniqueConstraint(
                name="direct_touch_external_id_once", fields=["external_id"], condition=~Q(external_id="")
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="direct_touch_latest", fields=["account", "-on"], condition=Q(withdrawn_at=None)),
            models.Index(name="direct_touch_newest", fields=["-on", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
