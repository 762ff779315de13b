"""Proof from outside: somebody says what was earned elsewhere, and a person of the programme looks at it."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from enablement.certificates.models import Certificate, present_in
from enablement.certification.models import Certification
from enablement.claims.states import TONES, ClaimState, Refusal
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.ids import PublicIdField

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

SUBJECT = "claim"
LONGEST_TEXT, LONGEST_ISSUER, LONGEST_ADDRESS = 2000, 120, 300


class ClaimQuerySet(models.QuerySet["Claim"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The own ones, those of the colleagues who work here, of the partners that are looked after, or all."""
        if not isinstance(user, User) or user.organisation is None:
            return self.none()
        if user.is_partner:
            own = Q(user=user) if user.may(P.CERTIFICATES_HOLD) else Q(pk__in=[])
            here = Q(partner__organisation=user.organisation)
            team = here & Q(user__in=present_in(Q(organisation=user.organisation)))
            return self.filter(own | team if user.may(P.CERTIFICATES_READ_TEAM) else own)
        if user.may(P.CERTIFICATES_READ_ALL):
            return self
        return self.filter(looked_after_by(user)) if user.may(P.CERTIFICATES_REVIEW) else self.none()

    def open(self) -> Self:
        """See also: Claim.is_open."""
        return self.filter(state=ClaimState.OPEN)

    def to_decide_by(self, user: User) -> Self:
        """See also: policies.can_decide."""
        if user.may(P.CERTIFICATIONS_MANAGE):
            return self.open()
        return self.open().filter(looked_after_by(user)) if user.may(P.CERTIFICATES_REVIEW) else self.none()

    def with_nouns(self) -> Self:
        return self.select_related("certification", "user", "partner__organisation", "partner__pam", "certificate")


def looked_after_by(user: User) -> Q:
    return Q(partner__pam=user) | Q(partner__pam=None)


class Claim(models.Model):
    """`partner` is where the person worked when it was handed in. `certificate` is what came of it.

    `message` is what the decision says to the person.
    """

    public_id = PublicIdField(prefix="clm")
    version = models.PositiveIntegerField(default=1)
    certification = models.ForeignKey(Certification, on_delete=models.PROTECT, related_name="claims")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="claims")
    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("State"), max_length=10, choices=ClaimState.choices, default=ClaimState.OPEN)
    issuer = models.CharField(_("Who issued it"), max_length=LONGEST_ISSUER)
    link = models.CharField(_("Where it can be checked"), max_length=LONGEST_ADDRESS, blank=True)
    text = models.TextField(_("What shows it"), max_length=LONGEST_TEXT)
    earned_on = models.DateField(_("Earned on"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(_("Reason"), max_length=16, choices=Refusal.choices, blank=True)
    message = models.TextField(_("Message"), max_length=LONGEST_TEXT, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="claims")

    objects: ClassVar[ClaimQuerySet] = ClaimQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="claim_one_open", fields=["user", "certification"], condition=Q(state=ClaimState.OPEN)
            ),
            models.CheckConstraint(name="claim_state_known", condition=Q(state__in=ClaimState.values)),
            models.CheckConstraint(name="claim_says_something", condition=~Q(text="") & ~Q(issuer="")),
            models.CheckConstraint(
                name="claim_whole",
                condition=Q(state=ClaimState.OPEN, decided_at=None, withdrawn_at=None, certificate=None, reason="")
                | Q(
                    state=ClaimState.GRANTED,
                    decided_at__isnull=False,
                    withdrawn_at=None,
                    certificate__isnull=False,
                    reason="",
                )
                | (
                    Q(
                        state=ClaimState.DECLINED,
                        decided_at__isnull=False,
                        withdrawn_at=None,
                        certificate=None,
                        reason__in=Refusal.values,
                    )
                    & ~Q(message="")
                )
                | Q(
                    state=ClaimState.WITHDRAWN,
                    decided_at=None,
                    withdrawn_at__isnull=False,
                    certificate=None,
                    reason="",
                ),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="claim_newest", fields=["-created_at", "-id"]),
            models.Index(name="claim_waiting", fields=["due_at"], condition=Q(state=ClaimState.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.certification.title}: {self.user}"

    def get_absolute_url(self) -> str:
        return f"/certifications/claims/{self.public_id}/"

    @property
    def is_open(self) -> bool:
        """See also: ClaimQuerySet.open."""
        return self.state == ClaimState.OPEN

    @property
    def tone(self) -> str:
        return TONES[ClaimState(self.state)]
