"""The one appeal against the engagement that an approval confirmed, and the terms before and after its answer."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.appeals.states import Refusal
from deals.engagement.states import STANDING, TONES, WAITING, Outcome
from deals.registrations.models import Registration
from deals.registrations.states import Engagement
from deals.registrations.states import Outcome as Approval
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.policy.models import PolicyVersion


class EngagementAppealQuerySet(models.QuerySet["EngagementAppeal"]):
    def waiting(self) -> Self:
        """Those of deals that have ended, or that two partners share by now, wait for nobody."""
        standing = self.filter(decided_at=None, registration__state__in=sorted(STANDING))
        return standing.exclude(registration__outcome=Approval.TEAMING)

    def to_decide_by(self, user: User) -> Self:
        """See also: policies.can_decide. Whoever decides only with a reason sees them when they are late."""
        mine = Q(escalated_at__isnull=False)
        if user.may(P.DEALS_DECIDE):
            mine |= Q(assigned_to=user) | Q(assigned_to=None)
        return self.waiting().filter(mine).exclude(decider=user).exclude(registration__submitted_by=user)

    def overdue(self, now: datetime) -> Self:
        return self.waiting().filter(due_at__lte=now)

    def to_escalate(self, now: datetime) -> Self:
        """Whose answer has missed its date, and nobody was told yet."""
        return self.overdue(now).filter(escalated_at=None)


class EngagementAppeal(models.Model):
    """`decider` has confirmed `confirmed` where the partner registered `claimed`, and may not answer; `assigned_to` is
    asked first. Upheld, it keeps the terms before and after: a trigger lets no others into the registration."""

    registration = models.OneToOneField(Registration, on_delete=models.PROTECT, related_name="engagement_appeal")
    claimed = models.CharField(max_length=12, choices=Engagement.choices)
    confirmed = models.CharField(max_length=12, choices=Engagement.choices)
    text = models.TextField(max_length=4000)
    proof = models.TextField(max_length=4000, blank=True)
    decider = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    assigned_to = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    message = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    terms_before = models.JSONField(null=True)
    terms_after = models.JSONField(null=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[EngagementAppealQuerySet] = EngagementAppealQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="engagement_appeal_says_why", condition=~Q(text="")),
            models.CheckConstraint(name="engagement_appeal_due_later", condition=Q(due_at__gt=F("asked_at"))),
            models.CheckConstraint(
                name="engagement_appeal_about_a_change",
                condition=Q(claimed__in=Engagement.values, confirmed__in=Engagement.values)
                & ~Q(claimed=F("confirmed")),
            ),
            models.CheckConstraint(
                name="engagement_appeal_decision_whole",
                condition=Q(decided_at=None, decided_by=None, outcome="")
                | (Q(decided_at__isnull=False, outcome__in=Outcome.values) & ~Q(message="")),
            ),
            models.CheckConstraint(
                name="engagement_appeal_by_somebody_else",
                condition=Q(decider=None) | Q(decided_by=None) | ~Q(decided_by=F("decider")),
            ),
            models.CheckConstraint(
                name="engagement_appeal_kept_with_reason",
                condition=Q(outcome=Outcome.KEPT, reason__in=Refusal.values)
                | (~Q(outcome=Outcome.KEPT) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="engagement_appeal_upheld_has_terms",
                condition=Q(outcome=Outcome.UPHELD, terms_before__isnull=False, terms_after__isnull=False)
                | (~Q(outcome=Outcome.UPHELD) & Q(terms_before__isnull=True, terms_after__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="engagement_appeal_waiting", fields=["due_at"], condition=Q(decided_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.state}"

    @property
    def state(self) -> str:
        return self.outcome or WAITING

    @property
    def tone(self) -> str:
        return TONES[self.state]


def engagement_appeal_of(registration: Registration) -> EngagementAppeal | None:
    """Comes along with every registration that is read with its people; no query."""
    found: EngagementAppeal | None = getattr(registration, "engagement_appeal", None)
    return found
