"""Keys, links, what waits for a link, roots of days, and what was found to be wrong."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from prm.accounts.models import User
from prm.signing.rules import OVERLAP
from prm.signing.states import Flaw

HEX = r"^[0-9a-f]{64}$"


class SigningKey(models.Model):
    """An Ed25519 key. The one that signs is the newest whose `signs_from` has come; the others still verify.

    `sealed` is the private half, readable with SECRET_KEY alone, and forgotten when the key signs no more. `secret`
    hides how many places are taken (prm.signing.places) and is the same for every key.
    """

    kid = models.CharField(max_length=43, unique=True)
    public = models.CharField(max_length=43, unique=True)
    sealed = models.TextField(blank=True)
    secret = models.CharField(max_length=64)
    signs_from = models.DateTimeField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="signing_key_one_at_a_time", fields=["signs_from"]),
            models.CheckConstraint(
                name="signing_key_soon", condition=Q(signs_from__range=(F("created_at"), F("created_at") + 2 * OVERLAP))
            ),
        ]

    def __str__(self) -> str:
        return self.kid


class Link(models.Model):
    """One signed step of a subject's chain. Appended and never changed: a trigger refuses the rest.

    `cause` is the public id of the event that it tells of, `digest` the SHA-256 of `jws`, `day` the UTC day in whose
    root it is.
    """

    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    cause = models.CharField(max_length=40, unique=True)
    jws = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="link_one_step_after_another", fields=["subject_type", "subject_id", "seq"]),
            models.CheckConstraint(name="link_seq_bounded", condition=Q(seq__range=(1, 100_000))),
            models.CheckConstraint(name="link_digest_is_one", condition=Q(digest__regex=HEX)),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(name="link_of_day", fields=["day", "digest"])]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.seq}"


class DueQuerySet(models.QuerySet["Due"]):
    def of(self, subject_type: str, ids: list[str]) -> Self:
        return self.filter(subject_type=subject_type, subject_id__in=ids)


class Due(models.Model):
    """An event whose link is still to be written, by a worker or by the subject's next step."""

    event = models.CharField(max_length=40, unique=True)
    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)

    objects: ClassVar[DueQuerySet] = DueQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="due_of_subject", fields=["subject_type", "subject_id", "id"])
        ]

    def __str__(self) -> str:
        return self.event


class Root(models.Model):
    """What was issued on one UTC day, as one number, in a signed statement that names the one before.

    Appended and never changed. `salt` makes the fillers of the tree.
    """

    seq = models.PositiveIntegerField(unique=True)
    day = models.DateField(unique=True)
    root = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    jws = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    key = models.ForeignKey(SigningKey, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="root_seq_positive", condition=Q(seq__gte=1)),
            models.CheckConstraint(name="root_is_one", condition=Q(root__regex=HEX) & Q(digest__regex=HEX)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.root}"


class Fault(models.Model):
    """What the last look at a chain found to be wrong; gone when it is found no more."""

    subject_type = models.CharField(max_length=32)
    subject_id = models.CharField(max_length=40)
    seq = models.PositiveIntegerField()
    flaw = models.CharField(max_length=12, choices=Flaw.choices)
    found_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="fault_once", fields=["subject_type", "subject_id", "seq", "flaw"]),
            models.CheckConstraint(name="fault_flaw_known", condition=Q(flaw__in=Flaw.values)),
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.seq} {self.flaw}"
