"""What an administrator tells many people at once, and who has put it away."""

from datetime import datetime
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.announcements.audiences import codes_of, labels
from prm.announcements.states import State
from prm.ids import PublicIdField

LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINK = 120, 4000, 300


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """Everything for whoever writes announcements, else what the person was told."""
        return self if user.may(Permission.ANNOUNCEMENTS_WRITE) else self.told_to(user, now)

    def told_to(self, user: User, now: datetime) -> Self:
        """Current and past ones that are for the person. See also: Announcement.state."""
        return self.filter(starts_at__lte=now, withdrawn_at=None, audience__overlap=codes_of(user))

    def current(self, now: datetime) -> Self:
        return self.filter(starts_at__lte=now, withdrawn_at=None).exclude(ends_at__lte=now)

    def not_dismissed_by(self, user: User) -> Self:
        return self.filter(~Exists(Dismissal.objects.filter(announcement=OuterRef("pk"), dismissed_by=user)))

    def to_mail(self, now: datetime) -> Self:
        return self.current(now).filter(by_mail=True, mailed_at=None)


class Announcement(models.Model):
    """`audience` holds codes (prm.announcements.audiences). Mails are promised in the order of people's ids:
    everybody up to `mailed_up_to` has theirs, and `mailed_at` says that nobody is left.
    """

    public_id = PublicIdField(prefix="ann")
    title = models.CharField(max_length=LONGEST_TITLE)
    text = models.TextField()
    link = models.CharField(max_length=LONGEST_LINK, blank=True)
    audience = ArrayField(models.CharField(max_length=60))
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    by_mail = models.BooleanField(default=False)
    mailed_up_to = models.BigIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[AnnouncementQuerySet] = AnnouncementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="announcement_ends_after_start", condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(name="announcement_has_audience", condition=Q(audience__len__gte=1)),
            models.CheckConstraint(name="announcement_has_words", condition=~Q(title="") & ~Q(text="")),
            models.CheckConstraint(
                name="announcement_link_is_one", condition=Q(link="") | Q(link__regex=r"^(/|https?://)")
            ),
            models.CheckConstraint(
                name="announcement_mailed_when_meant", condition=Q(by_mail=True) | Q(mailed_at=None, mailed_up_to=0)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="announcement_told", fields=["-starts_at", "-id"], condition=Q(withdrawn_at=None)),
            models.Index(
                name="announcement_to_mail",
                fields=["starts_at"],
                condition=Q(by_mail=True, mailed_at=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def state(self, now: datetime) -> State:
        """See also: AnnouncementQuerySet.told_to and current."""
        if self.withdrawn_at is not None:
            return State.WITHDRAWN
        if self.starts_at > now:
            return State.SCHEDULED
        return State.CURRENT if self.ends_at is None or self.ends_at > now else State.PAST

    @property
    def audience_label(self) -> str:
        known = labels()
        return ", ".join(str(known.get(code, code)) for code in self.audience)


class Dismissal(models.Model):
    """A person has read it and wants it out of the way."""

    announcement = models.ForeignKey(Announcement, on_delete=models.CASCADE, related_name="dismissals")
    dismissed_at = models.DateTimeField()
    dismissed_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="dismissal_once", fields=["announcement", "dismissed_by"]),
        ]

    def __str__(self) -> str:
        return f"{self.announcement_id} by {self.dismissed_by_id}"
