"""Two partners that share one protection: what was proposed to them, what each answered, and who holds how much."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from deals.registrations.models import Registration, RegistrationQuerySet
from deals.teaming.states import TeamState
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion

LEAST, MOST = Decimal("0.01"), Decimal("0.99")


class TeamingQuerySet(models.QuerySet["Teaming"]):
    def visible_to(self, user: User) -> Self:
        """For the vendor alone: a partner reads its own seat in it."""
        return self if user.is_vendor and user.may(P.DEALS_READ_ALL) else self.none()

    def due(self, now: datetime) -> Self:
        return self.filter(state=TeamState.OPEN, due_at__lte=now)


class Teaming(models.Model):
    """A proposal for `registration`, which is being decided; once agreed, the protection is that of `lead`.

    `products` are slugs of the lines to approve, `account` what the reviewer named for it. No partner ever reads its
    public id: two who compare theirs would know each other.
    """

    public_id = PublicIdField(prefix="team")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="proposals")
    lead = models.ForeignKey(Registration, null=True, on_delete=models.PROTECT, related_name="+")
    products = ArrayField(models.SlugField())
    account = models.CharField(max_length=40, blank=True)
    engagement = models.CharField(max_length=12)
    message = models.TextField(max_length=4000)
    override_reason = models.CharField(max_length=24, blank=True)
    override_text = models.CharField(max_length=300, blank=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=TeamState.choices, default=TeamState.OPEN)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[TeamingQuerySet] = TeamingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="teaming_state_known", condition=Q(state__in=TeamState.values)),
            models.CheckConstraint(
                name="teaming_open_until_ended",
                condition=Q(state=TeamState.OPEN, ended_at=None)
                | (~Q(state=TeamState.OPEN) & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="teaming_agreed_has_lead",
                condition=Q(state=TeamState.AGREED, lead__isnull=False) | (~Q(state=TeamState.AGREED) & Q(lead=None)),
            ),
            models.CheckConstraint(name="teaming_with_reason", condition=~Q(message="")),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="teaming_due", fields=["due_at"], condition=Q(state=TeamState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}: {self.state}"


class HolderQuerySet(models.QuerySet["Holder"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(registration__in=Registration.objects.visible_to(user))

    def agreed(self) -> Self:
        return self.filter(teaming__state=TeamState.AGREED)

    def unanswered(self) -> Self:
        return self.filter(teaming__state=TeamState.OPEN, accepted=None)


class Holder(models.Model):
    """One partner's seat: its share of the one protection, its terms as they were proposed, and its answer.

    `is_current` while it is asked or agreed; `due_before` is when the decision was due before the two were asked.
    """

    teaming = models.ForeignKey(Teaming, on_delete=models.CASCADE, related_name="holders")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="seats")
    share = models.DecimalField(max_digits=4, decimal_places=3)
    terms = models.JSONField()
    is_current = models.BooleanField(default=True)
    accepted = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_before = models.DateTimeField(null=True)

    objects: ClassVar[HolderQuerySet] = HolderQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="holder_once_in_a_team", fields=["teaming", "registration"]),
            models.UniqueConstraint(name="holder_in_one_team", fields=["registration"], condition=Q(is_current=True)),
            models.CheckConstraint(name="holder_share_bounded", condition=Q(share__range=(LEAST, MOST))),
            models.CheckConstraint(
                name="holder_answer_whole",
                condition=Q(accepted=None, answered_at=None) | Q(accepted__isnull=False, answered_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.registration_id}: {self.share}"


def mates_of(registration: Registration) -> RegistrationQuerySet:
    """The others that hold the same protection."""
    team = Holder.objects.agreed().filter(registration=registration).values("teaming")
    seats = Holder.objects.filter(teaming__in=team).values("registration")
    return Registration.objects.filter(pk__in=seats).exclude(pk=registration.pk)
