"""The one log that timelines, handlers and exports read."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.audit.kinds import KINDS, partner_kinds
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class EventQuerySet(models.QuerySet["Event"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All of them for vendor staff with the right; a partner's own, of declared kinds, else nothing."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_vendor:
            return self if user.may(Permission.EVENTS_READ_ALL) else self.none()
        if not user.may(Permission.EVENTS_READ_ORGANISATION):
            return self.none()
        return self.filter(organisation_id=user.organisation.pk, kind__in=partner_kinds())

    def about(self, subject_type: str, subject_id: str) -> Self:
        return self.filter(subject_type=subject_type, subject_id=subject_id)


class Event(models.Model):
    """Something that happened. No foreign keys: history neither blocks nor follows what happens to live rows.

    `data` holds ids, codes and numbers, never names or addresses.
    """

    public_id = PublicIdField(prefix="evt")
    kind = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    data = models.JSONField(default=dict)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="event_subject", fields=["subject_type", "subject_id", "id"]),
            models.Index(name="event_organisation", fields=["organisation_id", "-id"]),
            models.Index(name="event_kind_at", fields=["kind", "at"]),
            models.Index(name="event_kind", fields=["kind", "-id"]),
            models.Index(name="event_actor", fields=["actor_id", "-id"]),
            models.Index(name="event_subject_id", fields=["subject_id", "-id"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"

    def shown_to(self, user: User) -> dict[str, object]:
        kind = KINDS.get(self.kind)
        return kind.shown(self.data, whole=user.may(Permission.EVENTS_READ_ALL)) if kind else {}
