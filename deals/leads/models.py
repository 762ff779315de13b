"""Leads of the vendor, the offers of them that partners get, and what a partner reports of one."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.leads.rules import Wanted
from deals.leads.states import (
    CHANGEABLE,
    FREE,
    LEAD_TONES,
    OFFER_TONES,
    TAKEN,
    DeclineReason,
    LeadLoss,
    LeadSource,
    LeadState,
    OfferState,
    Stage,
)
from deals.products.models import ProductLine
from deals.registrations.models import MOST_MONEY, Registration
from partners.models import Partner
from partners.profiles.models import LONGEST_COMPETENCY
from partners.states import BusinessModel, Segment
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class LeadQuerySet(models.QuerySet["Lead"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """For the vendor: all of them, or those that the person entered. Partners read their offers."""
        if not isinstance(user, User) or not user.is_vendor:
            return self.none()
        if user.may(P.LEADS_READ_ALL):
            return self
        return self.filter(created_by=user) if user.may(P.LEADS_ENTER) else self.none()

    def waiting(self) -> Self:
        return self.filter(state=LeadState.WAITING)

    def returned_to(self, user: User) -> Self:
        """To whoever entered it; what nobody owns is everybody's who looks after all of them."""
        mine = models.Q(created_by=user)
        if user.may(P.LEADS_MANAGE_ALL):
            mine |= models.Q(created_by=None)
        return self.filter(mine, state=LeadState.RETURNED)

    def with_people(self) -> Self:
        return self.select_related("partner__organisation", "created_by", "registration")


class Lead(models.Model):
    """A customer that the vendor found. `round` grows when everybody is asked again.

    `tried_at` is when somebody with room was last looked for in vain.
    """

    public_id = PublicIdField(prefix="led")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    customer_name = models.CharField(_("Customer"), max_length=200)
    customer_website = models.CharField(_("Website"), max_length=310, blank=True)
    customer_country = models.CharField(_("Country"), max_length=2)
    customer_city = models.CharField(_("City or region"), max_length=120, blank=True)
    contact_name = models.CharField(_("Contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("Contact's e-mail"), blank=True)
    contact_phone = models.CharField(_("Contact's telephone"), max_length=40, blank=True)
    contact_title = models.CharField(_("Contact's role"), max_length=120, blank=True)

    need = models.TextField(_("What does the customer need?"), max_length=4000)
    products = models.ManyToManyField(ProductLine, related_name="+", blank=True)
    value = models.DecimalField(_("Estimated value"), max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    segment = models.CharField(_("Segment"), max_length=20, choices=Segment.choices, blank=True)
    model = models.CharField(_("Wanted business model"), max_length=20, choices=BusinessModel.choices, blank=True)
    competency = models.CharField(_("Wanted competency"), max_length=LONGEST_COMPETENCY, blank=True)
    source = models.CharField(_("Where it comes from"), max_length=12, choices=LeadSource.choices)
    external_id = models.CharField(_("Own CRM id"), max_length=80, blank=True)

    state = models.CharField(max_length=10, choices=LeadState.choices, default=LeadState.WAITING)
    round = models.PositiveSmallIntegerField(default=1)
    tried_at = models.DateTimeField(null=True)
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="+")
    registration = models.OneToOneField(Registration, null=True, on_delete=models.SET_NULL, related_name="lead")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    loss_reason = models.CharField(max_length=12, choices=LeadLoss.choices, blank=True)
    loss_text = models.CharField(max_length=300, blank=True)

    objects: ClassVar[LeadQuerySet] = LeadQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="lead_state_known", condition=Q(state__in=LeadState.values)),
            models.CheckConstraint(name="lead_says_who_and_what", condition=~Q(customer_name="") & ~Q(need="")),
            models.CheckConstraint(
                name="lead_value_bounded",
                condition=Q(value=None, currency="")
                | Q(value__isnull=False, value__range=(0, MOST_MONEY), currency__regex="^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="lead_taken_by_somebody",
                condition=Q(state__in=TAKEN, partner__isnull=False) | (~Q(state__in=TAKEN) & Q(partner=None)),
            ),
            models.CheckConstraint(
                name="lead_closed_whole",
                condition=Q(state__in=[LeadState.LOST, LeadState.WITHDRAWN], closed_at__isnull=False)
                | (~Q(state__in=[LeadState.LOST, LeadState.WITHDRAWN]) & Q(closed_at=None)),
            ),
            models.CheckConstraint(
                name="lead_lost_with_reason", condition=~Q(state=LeadState.LOST) | ~Q(loss_reason="")
            ),
            models.CheckConstraint(
                name="lead_converted_by_a_deal",
                condition=~Q(state=LeadState.CONVERTED) | Q(registration__isnull=False),
            ),
            models.UniqueConstraint(name="lead_entered_once", fields=["external_id"], condition=~Q(external_id="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="lead_newest", fields=["-created_at", "-id"]),
            models.Index(name="lead_to_place", fields=["created_at", "id"], condition=Q(state=LeadState.WAITING)),
        ]

    def __str__(self) -> str:
        return self.customer_name

    def get_absolute_url(self) -> str:
        return f"/leads/{self.public_id}/"

    @property
    def is_changeable(self) -> bool:
        return self.state in CHANGEABLE

    @property
    def is_free(self) -> bool:
        return self.state in FREE

    @property
    def tone(self) -> str:
        return LEAD_TONES.get(LeadState(self.state), "")

    @property
    def wanted(self) -> Wanted:
        return Wanted(self.public_id, self.customer_country, self.segment, self.model, self.competency)


class LeadOfferQuerySet(models.QuerySet["LeadOffer"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A partner's own; for the vendor those of the leads that the person reads."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            own = self.filter(partner__organisation=user.organisation)
            return own if user.may(P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION) else self.none()
        return self.filter(lead__in=Lead.objects.visible_to(user).order_by())

    def open(self) -> Self:
        return self.filter(state=OfferState.OPEN)

    def lapsed(self, now: datetime) -> Self:
        return self.open().filter(due_at__lte=now)

    def to_remind(self, now: datetime) -> Self:
        return self.open().filter(remind_at__lte=now, due_at__gt=now)

    def with_nouns(self) -> Self:
        people = self.select_related("lead__registration", "partner__organisation", "answered_by")
        return people.prefetch_related("lead__products")


class LeadOffer(models.Model):
    """One partner is asked. `offered_before` is when it had its offer before this one: why it was its turn."""

    public_id = PublicIdField(prefix="lof")
    version = models.PositiveIntegerField(default=1)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="offers")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="lead_offers")
    round = models.PositiveSmallIntegerField()
    offered_before = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=16, choices=DeclineReason.choices, blank=True)
    text = models.TextField(max_length=1000, blank=True)

    objects: ClassVar[LeadOfferQuerySet] = LeadOfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="lead_offer_state_known", condition=Q(state__in=OfferState.values)),
            models.CheckConstraint(
                name="lead_offer_answered_whole",
                condition=Q(state=OfferState.OPEN, answered_at=None)
                | (~Q(state=OfferState.OPEN) & Q(answered_at__isnull=False, remind_at=None)),
            ),
            models.CheckConstraint(
                name="lead_offer_declined_with_reason", condition=~Q(state=OfferState.DECLINED) | ~Q(reason="")
            ),
            models.UniqueConstraint(
                name="lead_offer_one_at_a_time",
                fields=["lead"],
                condition=Q(state__in=[OfferState.OPEN, OfferState.ACCEPTED]),
            ),
            models.UniqueConstraint(name="lead_offer_once_a_round", fields=["lead", "partner", "round"]),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="lead_offer_newest", fields=["-offered_at", "-id"]),
            models.Index(name="lead_offer_of_partner", fields=["partner", "-offered_at"]),
            models.Index(name="lead_offer_due", fields=["due_at"], condition=Q(state=OfferState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.lead_id} {self.partner_id}"

    def get_absolute_url(self) -> str:
        return f"/leads/offers/{self.public_id}/"

    @property
    def is_open(self) -> bool:
        return self.state == OfferState.OPEN

    @property
    def is_taken(self) -> bool:
        """From then on whoever took it reads whom to call."""
        return self.state == OfferState.ACCEPTED

    @property
    def is_at_work(self) -> bool:
        return self.is_taken and self.lead.state == LeadState.ACCEPTED

    @property
    def tone(self) -> str:
        return OFFER_TONES.get(OfferState(self.state), "")


class LeadReport(models.Model):
    """How far a partner has come with a lead that it took."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="reports")
    stage = models.CharField(max_length=10, choices=Stage.choices)
    text = models.TextField(max_length=1000, blank=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("reported_at", "pk")

    def __str__(self) -> str:
        return f"{self.lead_id} {self.stage}"
