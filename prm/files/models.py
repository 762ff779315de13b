"""Files that people have sent. The bytes are in a storage, under a key that says nothing; here is what they are."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from prm.accounts.models import Organisation, User
from prm.files.rules import LONGEST_NAME
from prm.files.sockets import OWNERS
from prm.files.states import MEDIA_TYPES, Kind
from prm.ids import PublicIdField


class StoredFileQuerySet(models.QuerySet["StoredFile"]):
    def visible_to(self, user: User, now: datetime) -> Self:
        """Files of subjects that the person may read; what hangs on nothing is nobody's."""
        readable = Q(pk__in=[])
        for name in OWNERS.names():
            subjects = OWNERS[name].readable(user, now).order_by().values("public_id")
            readable |= Q(subject_type=name, subject_id__in=subjects)
        return self.filter(readable)

    def loose(self, before: datetime) -> Self:
        """Sent before that moment, and hung on nothing since."""
        return self.filter(subject_type="", created_at__lt=before)


class StoredFile(models.Model):
    """`key` is where the bytes are, `name` what the sender called it, made harmless; it hangs on one subject."""

    public_id = PublicIdField(prefix="fil")
    key = models.CharField(max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=30, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[StoredFileQuerySet] = StoredFileQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="file_kind_known", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(name="file_has_bytes", condition=Q(size__gte=1)),
            models.CheckConstraint(name="file_digest_whole", condition=Q(sha256__regex="^[0-9a-f]{64}$")),
            models.CheckConstraint(name="file_key_says_nothing", condition=Q(key__regex="^[0-9a-f]{2}/[0-9a-f]{32}$")),
            models.CheckConstraint(
                name="file_subject_whole",
                condition=Q(subject_type="", subject_id="") | (~Q(subject_type="") & ~Q(subject_id="")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="file_of_subject", fields=["subject_type", "subject_id"]),
            models.Index(name="file_loose", fields=["created_at"], condition=Q(subject_type="")),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/files/{self.public_id}/"

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]
