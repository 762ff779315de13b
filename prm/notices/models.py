"""The outbox: promises to tell someone, written in the transaction of the verb that makes them true."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from prm.accounts.models import Membership, Organisation, User
from prm.ids import PublicIdField
from prm.notices.choices.models import NoticeChoice as NoticeChoice
from prm.notices.states import Delivery

# The mail that tells of many notices; it is no news itself.
DIGEST = "notices.digest"


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(user_id=user.pk).exclude(kind=DIGEST)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def undelivered(self) -> Self:
        return self.filter(sent_at=None, parked_at=None, delivery=Delivery.AT_ONCE)

    def waiting(self) -> Self:
        """For a digest that is not gathered yet."""
        return self.filter(delivery=Delivery.DAILY, digest=None)

    def of_former_members(self) -> Self:
        """Told to somebody who has left, or moved, since: it is no longer for that person's mailbox."""
        present = Membership.objects.filter(
            user=OuterRef("user"), ended_at=None, created_at__lte=OuterRef("created_at")
        )
        return self.filter(~Exists(present))

    def parked(self) -> Self:
        """Given up: somebody has to look."""
        return self.exclude(parked_at=None)

    def deliverable(self, now: datetime) -> Self:
        return self.undelivered().filter(due_at__lte=now).exclude(leased_until__gt=now)


class Notice(models.Model):
    """One message to one person. `key` makes it happen once, whoever promises it again.

    `path` is the page it is about, relative to the configured base URL; with `signed_path` the relay
    adds a signature when it writes the mail, so that no secret rests in the table. `delivery` is what the
    person has chosen; `digest` the mail that a daily one went into.
    """

    public_id = PublicIdField(prefix="ntc")
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=64)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="notices")
    email = models.EmailField(blank=True, help_text="Only for people who have no login yet.")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    path = models.CharField(max_length=300, blank=True)
    signed_path = models.BooleanField(default=False)
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE)
    digest = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="gathered")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[NoticeQuerySet] = NoticeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="notice_has_recipient", condition=Q(user__isnull=False) | ~Q(email="")),
            models.CheckConstraint(name="notice_sent_or_parked", condition=Q(sent_at=None) | Q(parked_at=None)),
            models.CheckConstraint(name="notice_delivery_known", condition=Q(delivery__in=Delivery.values)),
            models.CheckConstraint(
                name="notice_waits_for_somebody", condition=Q(delivery=Delivery.AT_ONCE) | Q(user__isnull=False)
            ),
            models.CheckConstraint(
                name="notice_digest_is_daily", condition=Q(digest=None) | Q(delivery=Delivery.DAILY)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                name="notice_deliverable",
                fields=["due_at"],
                condition=Q(sent_at=None, parked_at=None, delivery=Delivery.AT_ONCE),
            ),
            models.Index(
                name="notice_waiting", fields=["due_at", "user"], condition=Q(delivery=Delivery.DAILY, digest=None)
            ),
            models.Index(name="notice_bell", fields=["user", "-id"]),
            models.Index(name="notice_parked", fields=["-parked_at"], condition=Q(parked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def recipient(self) -> str:
        return self.user.email if self.user else self.email
