"""The registration: what a partner asks to have protected, and what became of it."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from deals.registrations.parts import RegistrationLine as RegistrationLine
from deals.registrations.parts import RegistrationShare as RegistrationShare
from deals.registrations.querysets import RegistrationQuerySet as RegistrationQuerySet
from deals.registrations.quotes import Recurring
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
from prm.ids import PublicIdField
from prm.matching import Identity
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    pass

MOST_MONEY = 10**11


def address_of(public_id: str) -> str:
    return f"/deals/{public_id}/"


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
    # What was registered, kept by the approval, which may confirm another part.
    claimed_engagement = models.CharField(max_length=12, choices=Engagement.choices, blank=True)
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

    # The decision missed its date: a second PAM may decide it too, and later it is protected meanwhile.
    escalated_at = models.DateTimeField(null=True)
    escalated_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    provisional_due_at = models.DateTimeField(null=True)
    provisional_at = models.DateTimeField(null=True)
    # Set by the decision; until then it holds without an end.
    provisional_until = models.DateTimeField(null=True)
    provisional_ended_at = models.DateTimeField(null=True)

    # It follows one that was refused wrongly, in its place: who decided that one may not decide this one.
    appeal_of = models.OneToOneField(
        "self", null=True, to_field="public_id", on_delete=models.PROTECT, related_name="+"
    )
    recused = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    upheld_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

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
    # While it is asked whether it would share a protection with another partner's.
    teaming_due_at = models.DateTimeField(null=True)

    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    closed_on = models.DateField(null=True)
    won_value = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    refunded_value = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    # When the partner of a managed customer has earned the next year.
    next_yearly_on = models.DateField(null=True)
    # Why the customer bought so soon after the approval.
    early_reason = models.CharField(max_length=300, blank=True)
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
                name="registration_refunded_bounded",
                condition=Q(refunded_value__range=(0, MOST_MONEY))
                & (Q(refunded_value=0) | Q(refunded_value__lte=F("won_value"))),
            ),
            models.CheckConstraint(
                name="registration_reversed_when_refunded",
                condition=~Q(state=State.REVERSED) | Q(refunded_value=F("won_value")),
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
                | Q(decided_at__isnull=False, account__isnull=False)
                # A refusal that was taken back has no customer of ours.
                | (Q(decided_at__isnull=False, state=State.REVERSED) & ~Q(decision_reason="")),
            ),
            models.CheckConstraint(
                name="registration_claimed_when_decided",
                condition=Q(claimed_engagement="")
                | Q(claimed_engagement__in=Engagement.values, decided_at__isnull=False),
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
            models.CheckConstraint(
                name="registration_non_exclusive_protects_nobody",
                condition=~Q(outcome=Outcome.NON_EXCLUSIVE) | Q(protected_until=None, next_reminder_at=None),
            ),
            models.CheckConstraint(
                name="registration_asked_to_team_while_it_can",
                condition=Q(teaming_due_at=None) | Q(state__in=[State.SUBMITTED, State.APPROVED]),
            ),
            models.CheckConstraint(
                name="registration_escalated_whole",
                condition=Q(escalated_at=None, escalated_to=None, provisional_due_at=None)
                | Q(escalated_at__isnull=False, decision_due_at__isnull=False, provisional_due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_provisional_whole",
                condition=Q(provisional_at=None, provisional_until=None, provisional_ended_at=None)
                | Q(provisional_at__isnull=False, escalated_at__isnull=False, account__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_provisional_has_order",
                condition=(Q(provisional_until=None) | Q(provisional_until__gte=F("provisional_at")))
                & (
                    Q(provisional_ended_at=None)
                    | Q(provisional_until__isnull=False, provisional_ended_at__gte=F("provisional_until"))
                ),
            ),
            models.UniqueConstraint(
                name="registration_form_once", fields=["partner", "form_nonce"], condition=~Q(form_nonce="")
            ),
            models.UniqueConstraint(
                name="registration_one_place", fields=["priority_number"], condition=Q(appeal_of=None)
            ),
            models.CheckConstraint(
                name="registration_following_whole",
                condition=Q(appeal_of=None, recused=None, upheld_by=None) | Q(appeal_of__isnull=False),
            ),
            models.CheckConstraint(
                name="registration_decided_by_somebody_else",
                condition=Q(recused=None) | Q(decided_by=None) | ~Q(decided_by=F("recused")),
            ),
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
            models.Index(
                name="registration_escalates",
                fields=["decision_due_at"],
                condition=Q(state=State.SUBMITTED, escalated_at=None),
            ),
            models.Index(
                name="registration_to_protect",
                fields=["provisional_due_at"],
                condition=Q(state=State.SUBMITTED, provisional_at=None),
            ),
            models.Index(
                name="registration_provisional_ends",
                fields=["provisional_until"],
                condition=Q(state__in=[State.REJECTED, State.APPROVED], provisional_ended_at=None),
            ),
            models.Index(
                name="registration_escalated",
                fields=["escalated_at"],
                include=["provisional_at"],
                condition=Q(escalated_at__isnull=False),
            ),
            models.Index(
                name="registration_decided",
                fields=["decided_at"],
                include=["partner", "submitted_at", "decision_due_at", "escalated_at", "provisional_at", "asks"],
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(name="registration_year_due", fields=["next_yearly_on"], condition=Q(state=State.WON)),
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
    def recurring(self) -> Recurring | None:
        if self.recurring_amount is None or self.recurring_months is None:
            return None
        return Recurring(self.recurring_amount, self.recurring_per, self.recurring_months)

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

    def is_provisional(self, now: datetime) -> bool:
        """Protected although it is not decided, or was decided otherwise a few days ago.

        See also: RegistrationQuerySet.protected_provisionally.
        """
        if self.provisional_at is None or self.state not in {*OPEN, State.REJECTED}:
            return False
        return self.provisional_until is None or self.provisional_until > now

    @property
    def tone(self) -> str:
        return TONES.get(State(self.state), "")
