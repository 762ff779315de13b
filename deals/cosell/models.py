"""Selling together on a registration: what one side asks of the other, who does what, and the next steps."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from deals.cosell import rules
from deals.cosell.states import OPEN_STATES, TONES, CoSellState, Help, Party, Refusal, Result, Role
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField
from prm.policy.models import PolicyVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

LONGEST_MESSAGE, LONGEST_STEP = 2000, 300
# Whoever has one of these reads selling together on the deals that they read.
READERS = (*(P.DEALS_REGISTER, P.DEALS_READ_ORGANISATION, P.DEALS_READ_SHARED, P.DEALS_READ_ALL, P.DIRECT_SELL),)
ANSWERED = (CoSellState.ACTIVE, CoSellState.DECLINED)
OVER = (CoSellState.WITHDRAWN, CoSellState.ENDED)


def _roles() -> ArrayField[list[str], list[str]]:
    return ArrayField(models.CharField(max_length=12, choices=Role.choices), default=list, blank=True)


class CoSellQuerySet(models.QuerySet["CoSell"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """On the registrations that the person reads; a seller of ours reads those for as long as they last."""
        if not isinstance(user, User) or not user.may(*READERS):
            return self.none()
        return self.filter(registration__in=Registration.objects.visible_to(user).order_by())

    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def active(self) -> Self:
        return self.filter(state=CoSellState.ACTIVE)

    def waiting_for(self, side: str) -> Self:
        return self.filter(state=CoSellState.ASKED, asked_side=rules.other(side))

    def to_answer_by(self, user: User) -> Self:
        """For the vendor: the partner's account manager, and the seller whose customer it is."""
        mine = Q(registration__account__owner=user)
        if user.may(P.DEALS_DECIDE):
            mine |= Q(registration__partner__pam=user) | Q(registration__partner__pam=None)
        return self.waiting_for(Party.VENDOR).filter(mine)

    def with_nouns(self) -> Self:
        partner = ("registration__partner__organisation", "registration__partner__pam", "registration__account")
        return self.select_related(*partner, "partner_person", "vendor_person", "asked_by")


class CoSell(models.Model):
    """`asked_side` asks the other one, by `due_at`. Each side has one named person and the roles that it takes."""

    public_id = PublicIdField(prefix="csl")
    version = models.PositiveIntegerField(default=1)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="cosells")
    asked_side = models.CharField(max_length=8, choices=Party.choices)
    help = models.CharField(max_length=12, choices=Help.choices)
    message = models.TextField(max_length=LONGEST_MESSAGE)
    partner_roles = _roles()
    vendor_roles = _roles()
    partner_person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    vendor_person = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=CoSellState.choices, default=CoSellState.ASKED)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=12, choices=Refusal.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    result = models.CharField(max_length=12, choices=Result.choices, blank=True)
    # What was said with the answer, or with the end.
    text = models.TextField(max_length=LONGEST_MESSAGE, blank=True)

    objects: ClassVar[CoSellQuerySet] = CoSellQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="co_sell_one_open", fields=["registration"], condition=Q(state__in=sorted(OPEN_STATES))
            ),
            models.CheckConstraint(
                name="co_sell_asked_for_something",
                condition=Q(asked_side__in=Party.values, help__in=Help.values) & ~Q(message=""),
            ),
            models.CheckConstraint(
                name="co_sell_roles_known",
                condition=Q(partner_roles__contained_by=Role.values, vendor_roles__contained_by=Role.values),
            ),
            models.CheckConstraint(
                name="co_sell_role_taken_once", condition=~Q(partner_roles__overlap=F("vendor_roles"))
            ),
            models.CheckConstraint(name="co_sell_due_later", condition=Q(due_at__gt=F("asked_at"))),
            # … and every state is one of those.
            models.CheckConstraint(
                name="co_sell_answered_whole",
                condition=Q(state__in=[CoSellState.ASKED, CoSellState.WITHDRAWN], answered_at=None)
                | Q(state__in=ANSWERED, answered_at__isnull=False)
                # A request ends unanswered with its deal.
                | Q(state=CoSellState.ENDED),
            ),
            models.CheckConstraint(
                name="co_sell_declined_with_reason",
                condition=Q(state=CoSellState.DECLINED, reason__in=Refusal.values)
                | (~Q(state=CoSellState.DECLINED) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="co_sell_ended_whole",
                condition=Q(state=CoSellState.ENDED, ended_at__isnull=False, result__in=Result.values)
                | Q(state=CoSellState.WITHDRAWN, ended_at__isnull=False, result="")
                | (~Q(state__in=OVER) & Q(ended_at=None, result="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="co_sell_newest", fields=["-asked_at", "-id"]),
            models.Index(name="co_sell_waiting", fields=["due_at"], condition=Q(state=CoSellState.ASKED)),
            models.Index(name="co_sell_of_person", fields=["vendor_person"], condition=Q(state=CoSellState.ACTIVE)),
        ]

    def __str__(self) -> str:
        return f"{self.registration}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return f"/co-sell/{self.public_id}/"

    @property
    def is_asked(self) -> bool:
        return self.state == CoSellState.ASKED

    @property
    def is_active(self) -> bool:
        return self.state == CoSellState.ACTIVE

    @property
    def was_agreed(self) -> bool:
        """Until then a seller of ours knows nothing of the deal."""
        return self.answered_at is not None and self.state != CoSellState.DECLINED

    @property
    def waits_for(self) -> Party | None:
        return rules.waits_for(self.state, self.asked_side)

    def person_of(self, side: str) -> User | None:
        return self.partner_person if side == Party.PARTNER else self.vendor_person

    def roles_of(self, side: str) -> list[str]:
        return self.partner_roles if side == Party.PARTNER else self.vendor_roles

    @property
    def tone(self) -> str:
        return TONES[CoSellState(self.state)]


class CoSellStepQuerySet(models.QuerySet["CoSellStep"]):
    def to_do(self) -> Self:
        """Steps count while both sell together."""
        return self.filter(done_at=None, co_sell__state=CoSellState.ACTIVE)

    def to_remind(self, now: datetime) -> Self:
        return self.to_do().filter(remind_at__lte=now)


class CoSellStep(models.Model):
    """A next step, for the named person of one side."""

    public_id = PublicIdField(prefix="cst")
    co_sell = models.ForeignKey(CoSell, on_delete=models.CASCADE, related_name="steps")
    side = models.CharField(max_length=8, choices=Party.choices)
    text = models.CharField(max_length=LONGEST_STEP)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[CoSellStepQuerySet] = CoSellStepQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("due_at", "pk")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="co_sell_step_says_who_and_what", condition=Q(side__in=Party.values) & ~Q(text="")
            ),
            models.CheckConstraint(
                name="co_sell_step_done_is_not_called", condition=Q(done_at=None) | Q(remind_at=None)
            ),
            models.UniqueConstraint(
                name="co_sell_step_once", fields=["co_sell", "side", "text"], condition=Q(done_at=None)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="co_sell_step_reminds", fields=["remind_at"], condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.text
