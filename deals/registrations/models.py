"""The registration: what a partner asks to have protected, and what became of it."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from deals.products.models import ProductLine
from deals.registrations.states import (
    OPEN,
    TONES,
    UNDECIDED,
    Engagement,
    Motion,
    Opportunity,
    Origin,
    Outcome,
    Per,
    RejectReason,
    State,
)
from partners.models import Account, Partner
from partners.states import Segment
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.matching import Identity
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_MONEY = 10**11


def address_of(public_id: str) -> str:
    return f"/deals/{public_id}/"


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The rows the person may read; drafts are the partner's alone."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            return self._visible_to_partner(user)
        submitted = self.exclude(state=State.DRAFT)
        if user.may(P.DEALS_READ_ALL):
            return submitted
        seen = Q(pk__in=[])
        if user.may(P.DEALS_READ_WON):
            seen |= Q(state=State.WON)
        if user.may(P.ACCOUNTS_WRITE_OWN):
            seen |= Q(account__owner=user)
        return submitted.filter(seen)

    def _visible_to_partner(self, user: User) -> Self:
        own = self.filter(partner__organisation=user.organisation)
        if user.may(P.DEALS_READ_ORGANISATION):
            return own
        if user.may(P.DEALS_READ_SHARED):
            return own.filter(shares__user=user)
        return self.none()

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def undecided(self) -> Self:
        return self.filter(state__in=UNDECIDED)

    def to_assess(self) -> Self:
        return self.undecided().filter(assessed_at=None)

    def to_decide_by(self, user: User) -> Self:
        """What waits for this PAM's decision; see also: policies.is_assigned."""
        mine = Q(partner__pam=user) | Q(partner__pam=None)
        return self.filter(mine, state=State.SUBMITTED)

    def expired(self, now: datetime) -> Self:
        return self.filter(state=State.APPROVED, protected_until__lte=now)

    def lapsed(self, now: datetime) -> Self:
        return self.filter(state=State.ASKED, answer_due_at__lte=now)

    def to_remind(self, now: datetime) -> Self:
        return self.filter(state=State.APPROVED, next_reminder_at__lte=now, protected_until__gt=now)

    def earlier_than(self, other: "Registration") -> Self:
        """Ahead in the line; see also: Registration.is_ahead_of."""
        return self.filter(
            Q(priority_at__lt=other.priority_at)
            | Q(priority_at=other.priority_at, priority_number__lt=other.priority_number)
        )

    def matching(self, text: str) -> Self:
        """What a person typed into a search box: a reference, a customer's or a partner's name."""
        return self.filter(
            Q(customer_name__icontains=text)
            | Q(reference__iexact=text)
            | Q(external_id__iexact=text)
            | Q(partner__organisation__name__icontains=text)
        )

    def with_nouns(self) -> Self:
        """What every list and answer shows, in two queries. Each join more costs more than a rare read of its own."""
        lines = Prefetch("lines", RegistrationLine.objects.select_related("product"))
        return self.with_people().prefetch_related(lines)

    def with_people(self) -> Self:
        """The first of these queries."""
        return self.select_related("partner__organisation", "partner__pam", "account")


class Registration(models.Model):
    """One registration. Money is in `currency`; `version` grows with every change and is the ETag."""

    public_id = PublicIdField(prefix="deal")
    reference = models.CharField(max_length=16, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="registrations")
    form_nonce = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    customer_name = models.CharField(_("End customer"), max_length=200)
    customer_website = models.CharField(_("Website"), max_length=310, blank=True)
    customer_country = models.CharField(_("Country"), max_length=2, blank=True)
    customer_city = models.CharField(_("City"), max_length=120, blank=True)
    customer_tax_number = models.CharField(_("Tax number"), max_length=40, blank=True)
    contact_name = models.CharField(_("Contact"), max_length=120, blank=True)
    contact_email = models.EmailField(_("Contact's e-mail"), blank=True)
    contact_title = models.CharField(_("Contact's role"), max_length=120, blank=True)

    value = models.DecimalField(_("Deal value"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    recurring_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    recurring_per = models.CharField(max_length=8, choices=Per.choices, blank=True)
    recurring_months = models.PositiveSmallIntegerField(null=True, blank=True)
    expected_close = models.DateField(_("Expected close"), null=True, blank=True)
    motion = models.CharField(_("How do you sell it?"), max_length=12, choices=Motion.choices, blank=True)
    opportunity = models.CharField(
        _("Kind of opportunity"), max_length=12, choices=Opportunity.choices, default=Opportunity.NEW
    )
    engagement = models.CharField(
        _("What is your part in this deal?"), max_length=12, choices=Engagement.choices, blank=True
    )
    origin = models.CharField(_("Who found it?"), max_length=8, choices=Origin.choices, blank=True)
    segment = models.CharField(_("Segment"), max_length=20, choices=Segment.choices, blank=True)
    competitor = models.CharField(_("Competitor"), max_length=120, blank=True)
    own_services = models.JSONField(_("Own services attached"), default=list, blank=True)
    work_done = models.TextField(_("What have you done so far?"), max_length=4000, blank=True)
    external_id = models.CharField(_("Your own CRM id"), max_length=80, blank=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    submitted_at = models.DateTimeField(null=True)
    submitted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    # The place in line: the database's clock, and a sequence for the same microsecond. Survives questions.
    priority_at = models.DateTimeField(null=True)
    priority_number = models.BigIntegerField(null=True)
    assessed_at = models.DateTimeField(null=True)
    decision_due_at = models.DateTimeField(null=True)
    clock_paused_at = models.DateTimeField(null=True)

    asks = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_message = models.TextField(blank=True)
    asked_fields = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    answer_due_at = models.DateTimeField(null=True)
    answer_message = models.TextField(blank=True)

    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    outcome = models.CharField(max_length=14, choices=Outcome.choices, blank=True)
    decision_reason = models.CharField(max_length=24, choices=RejectReason.choices, blank=True)
    decision_clause = models.CharField(max_length=12, blank=True)
    decision_message = models.TextField(blank=True)
    override_reason = models.CharField(max_length=24, blank=True)
    override_text = models.CharField(max_length=300, blank=True)
    policy = models.ForeignKey(PolicyVersion, null=True, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="registrations")
    terms = models.JSONField(default=dict, blank=True)
    protected_until = models.DateTimeField(null=True)
    next_reminder_at = models.DateTimeField(null=True)

    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_on = models.DateField(null=True)
    won_value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    end_reason = models.CharField(max_length=24, blank=True)
    end_text = models.CharField(max_length=300, blank=True)

    objects: ClassVar[RegistrationQuerySet] = RegistrationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="registration_state_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="registration_place_from_submission",
                condition=Q(state=State.DRAFT, submitted_at=None, priority_at=None, priority_number=None)
                | (
                    ~Q(state=State.DRAFT)
                    & Q(submitted_at__isnull=False, priority_at__isnull=False, priority_number__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="registration_value_bounded",
                condition=Q(value=None) | Q(value__range=(0, MOST_MONEY)),
            ),
            models.CheckConstraint(
                name="registration_recurring_whole",
                condition=Q(recurring_amount=None, recurring_per="", recurring_months=None)
                | Q(
                    recurring_amount__range=(0, MOST_MONEY),
                    recurring_per__in=Per.values,
                    recurring_months__range=(1, 120),
                ),
            ),
            models.CheckConstraint(
                name="registration_won_value_bounded",
                condition=Q(won_value=None) | Q(won_value__range=(0, MOST_MONEY)),
            ),
            models.CheckConstraint(
                name="registration_money_has_currency",
                condition=Q(value=None, recurring_amount=None) | Q(currency__regex="^[A-Z]{3}$"),
            ),
            models.CheckConstraint(
                name="registration_decision_whole",
                condition=Q(decided_at=None, policy=None) | Q(decided_at__isnull=False, policy__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_decided_when_approved",
                condition=~Q(state__in=[State.APPROVED, State.WON, State.LOST, State.EXPIRED, State.REVERSED])
                | Q(decided_at__isnull=False, account__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_rejected_with_reason",
                condition=~Q(state=State.REJECTED) | (Q(decided_at__isnull=False) & ~Q(decision_reason="")),
            ),
            models.CheckConstraint(
                name="registration_asked_has_due", condition=~Q(state=State.ASKED) | Q(answer_due_at__isnull=False)
            ),
            models.CheckConstraint(
                name="registration_protection_after_decision",
                condition=Q(protected_until=None) | Q(protected_until__gt=F("decided_at")),
            ),
            models.UniqueConstraint(
                name="registration_form_once", fields=["partner", "form_nonce"], condition=~Q(form_nonce="")
            ),
            models.UniqueConstraint(name="registration_one_place", fields=["priority_number"]),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="registration_of_partner", fields=["partner", "-created_at", "-id"]),
            models.Index(name="registration_newest", fields=["-created_at", "-id"]),
            models.Index(name="registration_state_due", fields=["state", "decision_due_at"]),
            models.Index(
                name="registration_to_assess",
                fields=["id"],
                condition=Q(assessed_at=None, state__in=[State.SUBMITTED, State.ASKED]),
            ),
            models.Index(
                name="registration_assessed",
                fields=["assessed_at"],
                condition=Q(state__in=[State.SUBMITTED, State.ASKED]),
            ),
            models.Index(name="registration_ends", fields=["protected_until"], condition=Q(state=State.APPROVED)),
            models.Index(name="registration_lapses", fields=["answer_due_at"], condition=Q(state=State.ASKED)),
            models.Index(name="registration_reminds", fields=["next_reminder_at"], condition=Q(state=State.APPROVED)),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.customer_name}"

    def get_absolute_url(self) -> str:
        return address_of(self.public_id)

    @property
    def identity(self) -> Identity:
        return Identity(
            name=self.customer_name,
            country=self.customer_country,
            city=self.customer_city,
            website=self.customer_website,
            email=self.contact_email,
            tax_number=self.customer_tax_number,
        )

    @property
    def place(self) -> tuple[datetime, int] | None:
        if self.priority_at is None or self.priority_number is None:
            return None
        return self.priority_at, self.priority_number

    def is_ahead_of(self, other: "Registration") -> bool:
        """See also: RegistrationQuerySet.earlier_than."""
        return self.place is not None and other.place is not None and self.place < other.place

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def due_at(self) -> datetime | None:
        """When the vendor's decision is due; None while the clock is paused or once it is decided."""
        if self.state not in UNDECIDED or self.clock_paused_at is not None:
            return None
        return self.decision_due_at

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "")


class RegistrationLine(models.Model):
    """A product line of a registration. `approved` is None until the decision."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="lines")
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

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="shares")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    shared_at = models.DateTimeField()
    shared_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="registration_share_once", fields=["registration", "user"]),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id} with {self.user_id}"
