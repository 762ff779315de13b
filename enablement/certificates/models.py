"""Certificates: who has shown what, from when until when. They belong to the person, wherever the person works."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from enablement.certificates.rules import Term, state_at
from enablement.certificates.states import LIVING, TONES, CertificateState, Revocation, Source
from enablement.certification.models import Certification
from prm.accounts.models import Membership, User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SUBJECT = "certificate"
LONGEST_REASON = 1000


def present_in(condition: Q) -> models.QuerySet[Membership, int]:
    """Keys of the people whose present membership is such."""
    return Membership.objects.filter(condition, ended_at=None).values_list("user", flat=True)


def looked_after_by(user: User) -> Q:
    """Of memberships: in a partner of this account manager, or of nobody's."""
    partner = "organisation__partner"
    return Q(**{f"{partner}__pam": user}) | Q(**{f"{partner}__isnull": False, f"{partner}__pam": None})


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of a partner's people the own ones, or those of all who work there now; of the vendor's all, or those of
        the partners that are looked after. Whoever has left takes the certificates along."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            own = Q(user=user) if user.may(P.CERTIFICATES_HOLD) else Q(pk__in=[])
            team = Q(user__in=present_in(Q(organisation=user.organisation)))
            return self.filter(own | team if user.may(P.CERTIFICATES_READ_TEAM) else own)
        if user.may(P.CERTIFICATES_READ_ALL):
            return self
        if user.may(P.CERTIFICATES_REVIEW):
            return self.filter(user__in=present_in(looked_after_by(user)))
        return self.none()

    def standing(self) -> Self:
        """Neither revoked nor recorded as over: at most one for each person and certification."""
        return self.filter(revoked_at=None, expired_at=None)

    def living(self, now: datetime) -> Self:
        """Those that count, grace included."""
        return self.filter(revoked_at=None, grace_ends_at__gt=now)

    def in_state(self, state: str, now: datetime) -> Self:
        """See also: Certificate.state_at."""
        if state == CertificateState.REVOKED:
            return self.filter(revoked_at__isnull=False)
        return self.filter(
            {
                CertificateState.VALID: Q(renewal_opens_at__gt=now),
                CertificateState.RENEWAL_OPEN: Q(renewal_opens_at__lte=now, ends_at__gt=now),
                CertificateState.IN_GRACE: Q(ends_at__lte=now, grace_ends_at__gt=now),
                CertificateState.EXPIRED: Q(grace_ends_at__lte=now),
            }[CertificateState(state)],
            revoked_at=None,
        )

    def over(self, now: datetime) -> Self:
        """Ended with their grace, and nobody has recorded it."""
        return self.standing().filter(grace_ends_at__lte=now)

    def to_remind(self, now: datetime) -> Self:
        return self.standing().filter(next_reminder_at__lte=now)

    def with_nouns(self) -> Self:
        """With, as `employer`, the name of where the person works now, and as `employer_id` its public id."""
        here = Membership.objects.filter(user=OuterRef("user"), ended_at=None)
        return self.select_related("user", "certification").annotate(
            employer=Subquery(here.values("organisation__name")[:1]),
            employer_id=Subquery(here.values("organisation__public_id")[:1]),
        )


class Certificate(models.Model):
    """`ends_on` is the last day, on the wall of `time_zone`; until `grace_ends_at` it still counts.

    A renewal moves the end of the same certificate. `expired_at` is when its end was recorded: it has ended before.
    """

    public_id = PublicIdField(prefix="crd")
    version = models.PositiveIntegerField(default=1)
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="certificates")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="certificates")
    source = models.CharField(_("Because"), max_length=6, choices=Source.choices)
    earned_on = models.DateField(_("Earned on"))
    ends_on = models.DateField(_("Ends on"))
    time_zone = models.CharField(max_length=64)
    renewal_opens_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    grace_ends_at = models.DateTimeField()
    next_reminder_at = models.DateTimeField(null=True)
    awarded_at = models.DateTimeField()
    awarded_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    renewed_at = models.DateTimeField(null=True)
    renewed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    expired_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    revocation = models.CharField(_("Reason"), max_length=10, choices=Revocation.choices, blank=True)
    revoked_because = models.TextField(_("Why it was revoked"), max_length=LONGEST_REASON, blank=True)

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="certificate_one_living",
                fields=["user", "certification"],
                condition=Q(revoked_at=None, expired_at=None),
            ),
            models.CheckConstraint(name="certificate_source_known", condition=Q(source__in=Source.values)),
            models.CheckConstraint(
                name="certificate_dates_in_order",
                condition=Q(
                    earned_on__lte=F("ends_on"),
                    renewal_opens_at__lt=F("ends_at"),
                    ends_at__lte=F("grace_ends_at"),
                ),
            ),
            models.CheckConstraint(
                name="certificate_revoked_whole",
                condition=Q(revoked_at=None, revoked_by=None, revocation="", revoked_because="")
                | (Q(revoked_at__isnull=False, revocation__in=Revocation.values) & ~Q(revoked_because="")),
            ),
            models.CheckConstraint(name="certificate_ended_once", condition=Q(revoked_at=None) | Q(expired_at=None)),
            models.CheckConstraint(
                name="certificate_reminded_while_standing",
                condition=Q(next_reminder_at=None) | Q(revoked_at=None, expired_at=None),
            ),
            models.CheckConstraint(
                name="certificate_renewed_whole", condition=Q(renewed_by=None) | Q(renewed_at__isnull=False)
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="certificate_by_end", fields=["ends_on", "id"]),
            models.Index(
                name="certificate_over", fields=["grace_ends_at"], condition=Q(revoked_at=None, expired_at=None)
            ),
            models.Index(
                name="certificate_remind", fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.certification.title}: {self.user}"

    def get_absolute_url(self) -> str:
        return f"/certifications/{self.public_id}/"

    @property
    def term(self) -> Term:
        return Term(self.ends_on, self.renewal_opens_at, self.ends_at, self.grace_ends_at)

    def state_at(self, now: datetime) -> CertificateState:
        """See also: CertificateQuerySet.in_state."""
        return state_at(self.term, now, revoked=self.revoked_at is not None)

    def is_living(self, now: datetime) -> bool:
        """See also: CertificateQuerySet.living."""
        return self.state_at(now) in LIVING

    def takes(self, term: Term, next_reminder_at: datetime | None) -> None:
        """These dates from now on."""
        self.ends_on, self.renewal_opens_at = term.ends_on, term.renewal_opens_at
        self.ends_at, self.grace_ends_at = term.ends_at, term.grace_ends_at
        self.next_reminder_at = next_reminder_at


def tone_of(state: CertificateState) -> str:
    return TONES[state]
