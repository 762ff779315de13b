"""The end of a decision that was wrong: four eyes, the reason with its clause, and what the partner gets for it."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q

from deals.registrations.models import MOST_MONEY, Registration
from deals.registrations.states import State
from deals.reversals.states import Mistake
from prm.accounts.models import User
from prm.policy.models import PolicyVersion


class Reversal(models.Model):
    """`before` is the state that was decided wrongly, `decider` who decided it; `terms` are those that were annulled.

    `linked` is the registration that follows in the place of a wrong refusal, named by its public id.
    """

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="reversal")
    before = models.CharField(max_length=10, choices=State.choices)
    decider = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=16, choices=Mistake.choices)
    clause = models.CharField(max_length=12)
    message = models.TextField()
    terms = models.JSONField(default=dict, blank=True)
    linked = models.OneToOneField(
        Registration, null=True, to_field="public_id", on_delete=models.PROTECT, related_name="+"
    )
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    reversed_at = models.DateTimeField()
    reversed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="reversal_of_a_decision", condition=Q(before__in=[State.APPROVED, State.REJECTED])
            ),
            models.CheckConstraint(
                name="reversal_by_somebody_else",
                condition=Q(decider=None) | Q(reversed_by=None) | ~Q(reversed_by=models.F("decider")),
            ),
            models.CheckConstraint(
                name="reversal_with_reason",
                condition=Q(reason__in=Mistake.values) & ~Q(clause="") & ~Q(message=""),
            ),
            models.CheckConstraint(
                name="reversal_follows_a_refusal", condition=Q(linked=None) | Q(before=State.REJECTED, amount=None)
            ),
            models.CheckConstraint(
                name="reversal_amount_bounded",
                condition=Q(amount=None, currency="")
                | Q(amount__range=(Decimal("0.01"), MOST_MONEY), currency__regex="^[A-Z]{3}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.reason}"


def reversal_of(registration: Registration) -> Reversal | None:
    """Comes along with every registration that is read with its people; no query."""
    found: Reversal | None = getattr(registration, "reversal", None)
    return found
