"""The one appeal against what was refused, the whole registration or some of its product lines: asked by the partner in
time, decided by somebody else than the first time."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.appeals.states import TONES, WAITING, Outcome, Refusal
from deals.registrations.models import MOST_MONEY, Registration, RegistrationLine
from deals.registrations.states import State
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.policy.models import PolicyVersion

APPROVED_ONCE = frozenset({State.APPROVED, State.WON, State.LOST, State.EXPIRED})


class AppealQuerySet(models.QuerySet["Appeal"]):
    def waiting(self) -> Self:
        """Those of decisions that were reversed otherwise wait for nobody."""
        return self.filter(decided_at=None).exclude(registration__state=State.REVERSED)

    def to_decide_by(self, user: User) -> Self:
        """See also: policies.can_decide. Whoever decides only with a reason sees them when they are late."""
        mine = Q(escalated_at__isnull=False)
        if user.may(P.DEALS_DECIDE):
            mine |= Q(assigned_to=user) | Q(assigned_to=None)
        return self.waiting().filter(mine).exclude(decider=user)

    def overdue(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)

    def to_escalate(self, now: datetime) -> Self:
        """Whose decision has missed its date, and nobody was told yet."""
        return self.overdue(now).filter(escalated_at=None)


class Appeal(models.Model):
    """`decider` decided about the registration and may not decide this; `assigned_to` is asked first.

    `linked` is the registration that an upheld appeal led to, named by its public id; `amount` what was granted where
    somebody else is protected.
    """

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(max_length=4000)
    proof = models.TextField(max_length=4000, blank=True)
    decider = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    assigned_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    message = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    linked = models.OneToOneField(
        Registration, null=True, to_field="public_id", on_delete=models.PROTECT, related_name="+"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[AppealQuerySet] = AppealQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="appeal_says_why", condition=~Q(text="")),
            models.CheckConstraint(name="appeal_due_later", condition=Q(due_at__gt=F("asked_at"))),
            models.CheckConstraint(
                name="appeal_decision_whole",
                condition=Q(decided_at=None, decided_by=None, outcome="")
                | (Q(decided_at__isnull=False, outcome__in=Outcome.values) & ~Q(message="")),
            ),
            models.CheckConstraint(
                name="appeal_decided_by_somebody_else",
                condition=Q(decider=None) | Q(decided_by=None) | ~Q(decided_by=F("decider")),
            ),
            models.CheckConstraint(
                name="appeal_refused_with_reason",
                condition=Q(outcome=Outcome.REFUSED, reason__in=Refusal.values)
                | (~Q(outcome=Outcome.REFUSED) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="appeal_reinstated_has_link",
                condition=Q(outcome=Outcome.REINSTATED, linked__isnull=False)
                | (~Q(outcome=Outcome.REINSTATED) & Q(linked=None)),
            ),
            models.CheckConstraint(
                name="appeal_compensated_has_amount",
                condition=Q(
                    outcome=Outcome.COMPENSATED,
                    amount__range=(Decimal("0.01"), MOST_MONEY),
                    currency__regex="^[A-Z]{3}$",
                )
                | (~Q(outcome=Outcome.COMPENSATED) & Q(amount=None, currency="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="appeal_waiting", fields=["due_at"], condition=Q(decided_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.state}"

    @property
    def state(self) -> str:
        return self.outcome or WAITING

    @property
    def tone(self) -> str:
        return TONES[self.state]


def appeal_of(registration: Registration) -> Appeal | None:
    """Comes along with every registration that is read with its people; no query."""
    found: Appeal | None = getattr(registration, "appeal", None)
    return found


def contested(registration: Registration) -> list[RegistrationLine]:
    """The lines that were refused: all of a rejection, some of an approval in part."""
    lines = list(registration.lines.all())
    return [line for line in lines if line.approved is False] if registration.state in APPROVED_ONCE else lines


def refused_lines(registration: Registration) -> list[RegistrationLine]:
    """Those to name: beside something that was approved."""
    return contested(registration) if registration.state in APPROVED_ONCE else []
