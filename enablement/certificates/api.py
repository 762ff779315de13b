"""Certificates over REST: each person the own ones, and whoever looks after people theirs."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from enablement.certificates import actions, policies
from enablement.certificates.listing import ORDER, certificates_of
from enablement.certificates.models import LONGEST_REASON, Certificate, CertificateQuerySet
from enablement.certificates.states import CertificateState, Revocation, Source
from enablement.certification.listing import certifications_of
from partners.states import Level
from prm.accounts.models import Membership, User
from prm.accounts.roles import Side
from prm.api.doors import Acts, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, NounField, PlainText
from prm.api.filters import Filter
from prm.api.serializers import Given


class HolderOut(serializers.Serializer[User]):
    id = serializers.CharField(source="public_id")
    name = serializers.CharField()


class CredentialOut(serializers.Serializer[Certificate]):
    """`partner` is where the person works now; null for somebody who works at none."""

    id = serializers.CharField(source="public_id")
    certification = serializers.CharField(source="certification.public_id")
    title = serializers.CharField(source="certification.title")
    competency = serializers.CharField(source="certification.competency")
    level = serializers.ChoiceField(choices=Level.choices, source="certification.level")
    person = HolderOut(source="user")
    partner = serializers.CharField(source="employer_id", allow_null=True)
    state = serializers.SerializerMethodField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    earned_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day, on the person's wall.")
    renewal_opens_at = serializers.DateTimeField()
    grace_ends_at = serializers.DateTimeField(help_text="It counts until then.")
    awarded_at = serializers.DateTimeField()
    renewed_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    revocation = serializers.ChoiceField(choices=["", *Revocation.values])
    revoked_because = serializers.CharField()

    def get_state(self, row: Certificate) -> CertificateState:
        now: datetime = self.context["view"].now
        return row.state_at(now)


def people_of_partners(user: User) -> QuerySet[User]:
    """Whom an administrator may award something; nobody for everybody else."""
    if not policies.can_award(user):
        return User.objects.none()
    present = Membership.objects.filter(ended_at=None, organisation__kind=Side.PARTNER)
    return User.objects.filter(is_active=True, pk__in=present.values("user"))


class AwardIn(Given):
    certification = NounField(rows=certifications_of)
    person = NounField(rows=people_of_partners, help_text="Somebody who works at a partner.")
    earned_on = Day()


class RevokeIn(Given):
    reason = Choice(Revocation)
    message = PlainText(max_length=LONGEST_REASON, lines=True, help_text="The person reads it.")


class CredentialDoor(NounDoor[Certificate]):
    out: ClassVar[Any] = CredentialOut

    def rows(self) -> CertificateQuerySet:
        return certificates_of(self.user)

    def again(self, changed: Certificate) -> Certificate:
        return self.rows().get(pk=changed.pk)


class Credentials(CredentialDoor, Lists[Certificate], Creates[Certificate]):
    """Certificates that you may read; what ends first comes first. POST awards one, or renews the one there is from
    its old end; 409 while it is too early for that."""

    into = AwardIn
    order = ORDER
    filters = {
        "certification": Filter(PlainText(max_length=40), "certification__public_id"),
        "person": Filter(PlainText(max_length=40), "user__public_id"),
        "partner": Filter(PlainText(max_length=40), "employer_id"),
        "state": Filter(Choice(CertificateState), description="As it is now."),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_award(self.user)

    def narrow(self, rows: Any, values: Any) -> Any:
        rows = super().narrow(rows, values)
        return rows.in_state(values["state"], self.now) if "state" in values else rows

    def create(self, given: dict[str, Any]) -> Certificate:
        about = {"certification": given["certification"], "user": given["person"], "earned_on": given["earned_on"]}
        row, _change = actions.award(**about, by=self.user, now=self.now)
        return self.again(row)


class OneCredential(CredentialDoor, Reads[Certificate]):
    """A certificate with its dates and its state."""


class RevokeCredential(CredentialDoor, Acts[Certificate]):
    """It counts no more from now on. 409 when it is revoked or has expired."""

    into = RevokeIn

    def may(self, noun: Certificate) -> bool:
        return policies.can_revoke(self.user)

    def act(self, noun: Certificate, given: dict[str, Any]) -> Certificate:
        return self.again(actions.revoke(certificate=noun, **given, by=self.user, now=self.now))
