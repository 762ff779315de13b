"""The case that a direct touch or opportunity opens at a customer who is protected for a partner."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, Q

from deals.cases.rules import tells_partner
from deals.cases.states import TONES, CaseState
from deals.direct.models import DirectOpportunity, DirectTouch, seen_by
from deals.registrations.models import Registration
from partners.models import Account
from prm.accounts.models import User
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_REASON = 1000


class DirectCaseQuerySet(models.QuerySet["DirectCase"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A seller reads the own ones, without whose customer it is; see also: policies.can_see_partner."""
        return self.filter(seen_by(user))

    def open(self) -> Self:
        return self.filter(state=CaseState.OPEN)

    def to_decide_by(self, user: User) -> Self:
        """As RegistrationQuerySet.to_decide_by."""
        mine = Q(registration__partner__pam=user) | Q(registration__partner__pam=None)
        return self.open().filter(mine).exclude(seller=user)

    def overdue(self, now: datetime) -> Self:
        return self.open().filter(due_at__lte=now)

    def with_nouns(self) -> Self:
        partner = ("registration__partner__organisation", "registration__partner__pam")
        return self.select_related("seller", "touch__account", "opportunity__account", *partner)


class DirectCase(models.Model):
    """`protected_until` is how long the protection was to last when the case was opened; None: provisionally.

    `reason` stays in the house; `message` is what the partner reads beside the outcome.
    """

    public_id = PublicIdField(prefix="cas")
    version = models.PositiveIntegerField(default=1)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="direct_cases")
    touch = models.ForeignKey(DirectTouch, null=True, on_delete=models.PROTECT, related_name="cases")
    opportunity = models.ForeignKey(DirectOpportunity, null=True, on_delete=models.PROTECT, related_name="cases")
    seller = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    protected_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=CaseState.choices, default=CaseState.OPEN)
    reason = models.TextField(max_length=LONGEST_REASON, blank=True)
    message = models.TextField(max_length=LONGEST_REASON, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[DirectCaseQuerySet] = DirectCaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="direct_case_state_known", condition=Q(state__in=CaseState.values)),
            models.CheckConstraint(
                name="direct_case_of_one_occasion",
                condition=Q(touch=None, opportunity__isnull=False) | Q(touch__isnull=False, opportunity=None),
            ),
            models.CheckConstraint(
                name="direct_case_decision_whole",
                condition=Q(state=CaseState.OPEN, decided_at=None)
                | (~Q(state=CaseState.OPEN) & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="direct_case_with_reason",
                condition=~Q(state__in=[CaseState.PERMITTED, CaseState.BREACH]) | ~Q(reason=""),
            ),
            models.CheckConstraint(name="direct_case_due_later", condition=Q(due_at__gt=F("opened_at"))),
            models.UniqueConstraint(name="direct_case_once_per_touch", fields=["touch", "registration"]),
            models.UniqueConstraint(name="direct_case_once_per_opportunity", fields=["opportunity", "registration"]),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="direct_case_waiting", fields=["due_at"], condition=Q(state=CaseState.OPEN)),
            models.Index(name="direct_case_newest", fields=["-opened_at", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return f"/direct/cases/{self.public_id}/"

    @property
    def occasion(self) -> DirectTouch | DirectOpportunity:
        found = self.touch or self.opportunity
        if found is None:
            raise AssertionError("a case has an occasion")
        return found

    @property
    def account(self) -> Account:
        return self.occasion.account

    @property
    def is_open(self) -> bool:
        return self.state == CaseState.OPEN

    @property
    def tells_partner(self) -> bool:
        return tells_partner(self.state)

    @property
    def tone(self) -> str:
        return TONES[CaseState(self.state)]
