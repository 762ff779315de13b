"""Offers that partners make to customers in marketplaces, each belonging to a registration."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.marketplace.rules import TERMS, may_become, may_change
from deals.marketplace.states import CO_SELL_TONES, ENDED, NEEDS_LAST_DAY, TONES, CoSell, Marketplace, MarketState
from deals.registrations.models import Registration
from partners.models import Partner
from prm.accounts.models import User
from prm.currencies import Money
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_MONEY = 10**11
LONGEST_ID = 80
LONGEST_NAME = 80
LONGEST_BUYER = 200


class MarketplaceOfferQuerySet(models.QuerySet["MarketplaceOffer"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The offers of every registration that the person may read."""
        return self.filter(registration__in=Registration.objects.visible_to(user))

    def sent(self) -> Self:
        return self.filter(state=MarketState.SENT)

    def over(self, now: datetime) -> Self:
        """Not accepted by their last day, and nobody has recorded it yet."""
        return self.sent().filter(expires_at__lte=now)

    def to_remind(self, now: datetime) -> Self:
        return self.sent().filter(next_reminder_at__lte=now, expires_at__gt=now)

    def with_nouns(self) -> Self:
        return self.select_related("registration__created_by", "partner__organisation", "partner__pam")


class MarketplaceOffer(models.Model):
    """`offer_id` is the marketplace's own. It is unique among the offers of a partner in a marketplace: whether
    another partner has entered the same id is nothing that a refusal may tell."""

    public_id = PublicIdField(prefix="mof")
    version = models.PositiveIntegerField(default=1)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="marketplace_offers")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    marketplace = models.CharField(_("Marketplace"), max_length=12, choices=Marketplace.choices)
    marketplace_name = models.CharField(_("Name of the marketplace"), max_length=LONGEST_NAME, blank=True)
    offer_id = models.CharField(_("Offer id"), max_length=LONGEST_ID)
    buyer = models.CharField(_("Buyer"), max_length=LONGEST_BUYER)
    amount = models.DecimalField(_("Amount"), max_digits=14, decimal_places=2)
    currency = models.CharField(_("Currency"), max_length=3)
    expires_on = models.DateField(_("Last day"), null=True, blank=True)
    expires_at = models.DateTimeField(null=True)
    next_reminder_at = models.DateTimeField(null=True)
    state = models.CharField(_("State"), max_length=10, choices=MarketState.choices, default=MarketState.DRAFT)
    co_sell = models.CharField(_("Co-sell"), max_length=10, choices=CoSell.choices, default=CoSell.NONE)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[MarketplaceOfferQuerySet] = MarketplaceOfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="marketplace_offer_words_known",
                condition=Q(
                    marketplace__in=Marketplace.values, state__in=MarketState.values, co_sell__in=CoSell.values
                ),
            ),
            models.CheckConstraint(
                name="marketplace_offer_other_named",
                condition=(Q(marketplace=Marketplace.OTHER) & ~Q(marketplace_name=""))
                | (~Q(marketplace=Marketplace.OTHER) & Q(marketplace_name="")),
            ),
            models.CheckConstraint(
                name="marketplace_offer_amount_bounded",
                condition=Q(amount__range=(0, MOST_MONEY)) & Q(currency__regex="^[A-Z]{3}$"),
            ),
            models.CheckConstraint(name="marketplace_offer_named", condition=~Q(offer_id="") & ~Q(buyer="")),
            models.CheckConstraint(
                name="marketplace_offer_last_day_whole",
                condition=Q(expires_on=None, expires_at=None) | Q(expires_on__isnull=False, expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="marketplace_offer_sent_with_last_day",
                condition=~Q(state__in=NEEDS_LAST_DAY) | Q(expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="marketplace_offer_reminded_while_sent",
                condition=Q(next_reminder_at=None) | Q(state=MarketState.SENT),
            ),
            models.CheckConstraint(
                name="marketplace_offer_ended_whole",
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at=None, ended_by=None)),
            ),
            models.UniqueConstraint(
                name="marketplace_offer_id_once", fields=["partner", "marketplace", "marketplace_name", "offer_id"]
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="marketplace_offer_newest", fields=["-created_at", "-id"]),
            models.Index(name="marketplace_offer_over", fields=["expires_at"], condition=Q(state=MarketState.SENT)),
            models.Index(
                name="marketplace_offer_remind", fields=["next_reminder_at"], condition=Q(state=MarketState.SENT)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.marketplace_title} {self.offer_id}"

    def get_absolute_url(self) -> str:
        return f"/marketplace/{self.public_id}/"

    @property
    def marketplace_title(self) -> str:
        return self.marketplace_name or self.get_marketplace_display()

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)

    @property
    def is_sent(self) -> bool:
        return self.state == MarketState.SENT

    @property
    def can_be_sent(self) -> bool:
        """An expired one needs another last day first, which sends it by itself."""
        return self.state == MarketState.DRAFT

    @property
    def can_be_accepted(self) -> bool:
        return self.state != MarketState.DRAFT and may_become(self.state, MarketState.ACCEPTED)

    @property
    def can_be_withdrawn(self) -> bool:
        return may_become(self.state, MarketState.WITHDRAWN)

    @property
    def can_change(self) -> bool:
        return may_change(self.state, {"co_sell"})

    @property
    def has_open_terms(self) -> bool:
        return may_change(self.state, TERMS)

    @property
    def tone(self) -> str:
        return TONES.get(MarketState(self.state), "")

    @property
    def co_sell_tone(self) -> str:
        return CO_SELL_TONES.get(CoSell(self.co_sell), "")
