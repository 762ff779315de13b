"""What somebody can be certified in, and for how long it counts."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from enablement.certification.states import Kind, Offer, Proof
from partners.profiles.models import LONGEST_COMPETENCY
from partners.states import Level
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SUBJECT = "certification"
LONGEST_TITLE, LONGEST_TEXT = 120, 2000
READERS = (
    *(P.CERTIFICATES_HOLD, P.CERTIFICATES_READ_TEAM, P.CERTIFICATES_REVIEW),
    *(P.CERTIFICATES_READ_ALL, P.CERTIFICATIONS_MANAGE),
)
MOST_MONTHS, MOST_WINDOW, MOST_GRACE, MOST_REVIEW = 120, 365, 180, 30


def usual_reminders() -> list[int]:
    return [90, 30, 7]


class CertificationQuerySet(models.QuerySet["Certification"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """All of them for whoever has to do with certificates; an archived one still names what people hold."""
        return self if isinstance(user, User) and user.may(*READERS) else self.none()

    def offered(self) -> Self:
        """See also: Certification.is_offered."""
        return self.filter(archived_at=None)

    def in_state(self, state: str) -> Self:
        return self.filter(archived_at__isnull=state == Offer.OFFERED)


class Certification(models.Model):
    """`renewal_days` before the end the renewal opens, `grace_days` after it a certificate still counts.

    `reminder_days` are days before the end; `review_days` business days in which a proof is answered.
    """

    public_id = PublicIdField(prefix="cert")
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("Title"), max_length=LONGEST_TITLE)
    description = models.TextField(_("What it shows"), max_length=LONGEST_TEXT, blank=True)
    kind = models.CharField(_("Kind"), max_length=12, choices=Kind.choices, default=Kind.PRODUCT)
    competency = models.CharField(_("Competency"), max_length=LONGEST_COMPETENCY)
    level = models.CharField(_("Level"), max_length=12, choices=Level.choices)
    proof = models.CharField(_("How it is proved"), max_length=10, choices=Proof.choices, default=Proof.EXTERNAL)
    validity_months = models.PositiveSmallIntegerField(_("Valid for months"), default=24)
    renewal_days = models.PositiveSmallIntegerField(_("Renewal opens, days before the end"), default=90)
    grace_days = models.PositiveSmallIntegerField(_("Days of grace"), default=30)
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("Reminders, days before the end"), default=usual_reminders
    )
    review_days = models.PositiveSmallIntegerField(_("Business days for a review"), default=5)
    prerequisites = models.ManyToManyField("self", symmetrical=False, related_name="leads_to", blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    archived_at = models.DateTimeField(null=True)
    archived_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    objects: ClassVar[CertificationQuerySet] = CertificationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="certification_words_known",
                condition=Q(kind__in=Kind.values, level__in=Level.values, proof__in=Proof.values),
            ),
            models.CheckConstraint(
                name="certification_terms_bounded",
                condition=Q(
                    validity_months__range=(1, MOST_MONTHS),
                    renewal_days__range=(0, MOST_WINDOW),
                    grace_days__range=(0, MOST_GRACE),
                    review_days__range=(1, MOST_REVIEW),
                ),
            ),
            models.CheckConstraint(name="certification_named", condition=~Q(title="") & ~Q(competency="")),
            models.CheckConstraint(
                name="certification_archived_whole", condition=Q(archived_by=None) | Q(archived_at__isnull=False)
            ),
            models.UniqueConstraint(Lower("title"), name="certification_title_once", condition=Q(archived_at=None)),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(F("title"), F("id"), name="certification_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/certifications/offered/{self.public_id}/"

    @property
    def is_offered(self) -> bool:
        """See also: CertificationQuerySet.offered."""
        return self.archived_at is None

    @property
    def state(self) -> Offer:
        return Offer.OFFERED if self.is_offered else Offer.ARCHIVED

    @property
    def takes_proof(self) -> bool:
        return self.is_offered and self.proof == Proof.EXTERNAL
