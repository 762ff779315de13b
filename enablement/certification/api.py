"""Certifications over REST: what can be earned, and on which terms."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from enablement.certification import actions, policies
from enablement.certification.listing import ORDER, certifications_of
from enablement.certification.models import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_GRACE,
    MOST_MONTHS,
    MOST_REVIEW,
    MOST_WINDOW,
    Certification,
)
from enablement.certification.rules import MOST_REMINDERS
from enablement.certification.states import Kind, Offer, Proof
from partners.profiles.models import LONGEST_COMPETENCY
from partners.states import Level
from prm.api.doors import Acts, Changes, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, NounField, PlainText, StrictInteger
from prm.api.filters import Filter
from prm.api.serializers import Given


class CertificationOut(serializers.Serializer[Certification]):
    id = serializers.CharField(source="public_id")
    title = serializers.CharField()
    description = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    competency = serializers.CharField()
    level = serializers.ChoiceField(choices=Level.choices)
    proof = serializers.ChoiceField(choices=Proof.choices)
    validity_months = serializers.IntegerField()
    renewal_days = serializers.IntegerField(help_text="The renewal opens so many days before the end.")
    grace_days = serializers.IntegerField(help_text="It still counts for so many days after the end.")
    reminder_days = serializers.ListField(child=serializers.IntegerField(), help_text="Days before the end.")
    review_days = serializers.IntegerField(help_text="Business days in which a proof is answered.")
    prerequisites = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=Offer.choices)

    def get_prerequisites(self, row: Certification) -> list[str]:
        return [other.public_id for other in row.prerequisites.all()]


class CertificationChangesIn(Given):
    title = PlainText(max_length=LONGEST_TITLE)
    description = PlainText(max_length=LONGEST_TEXT, lines=True, required=False, allow_blank=True)
    kind = Choice(Kind, required=False)
    competency = PlainText(max_length=LONGEST_COMPETENCY, help_text="A slug such as `fleet-migration`.")
    level = Choice(Level)
    proof = Choice(Proof, required=False)
    validity_months = StrictInteger(min_value=1, max_value=MOST_MONTHS, required=False)
    renewal_days = StrictInteger(min_value=0, max_value=MOST_WINDOW, required=False)
    grace_days = StrictInteger(min_value=0, max_value=MOST_GRACE, required=False)
    reminder_days = serializers.ListField(
        child=StrictInteger(min_value=1, max_value=MOST_WINDOW), required=False, max_length=MOST_REMINDERS
    )
    review_days = StrictInteger(min_value=1, max_value=MOST_REVIEW, required=False)
    prerequisites = serializers.ListField(child=NounField(rows=certifications_of), required=False, max_length=20)


class CertificationDoor(NounDoor[Certification]):
    out: ClassVar[Any] = CertificationOut

    def rows(self) -> QuerySet[Certification]:
        return certifications_of(self.user).prefetch_related("prerequisites")

    def may_manage(self) -> bool:
        return policies.can_manage(self.user)

    def again(self, changed: Certification) -> Certification:
        return self.rows().get(pk=changed.pk)


def _split(given: dict[str, Any]) -> dict[str, Any]:
    """Arguments of the verbs; the prerequisites only where they are given."""
    values = {name: value for name, value in given.items() if name != "prerequisites"}
    named = {"prerequisites": given["prerequisites"]} if "prerequisites" in given else {}
    return {"values": values, **named}


class Certifications(CertificationDoor, Lists[Certification], Creates[Certification]):
    """What somebody can be certified in, by title, the archived ones among them."""

    into = CertificationChangesIn
    order = ORDER
    filters = {
        "competency": Filter(PlainText(max_length=LONGEST_COMPETENCY), "competency"),
        "level": Filter(Choice(Level), "level"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return self.may_manage()

    def create(self, given: dict[str, Any]) -> Certification:
        return self.again(actions.create_certification(**_split(given), by=self.user, now=self.now))


class OneCertification(CertificationDoor, Reads[Certification], Changes[Certification]):
    """A certification. What is not given stays, and so do competency and level once somebody holds it."""

    into = CertificationChangesIn

    def may_change(self, noun: Certification) -> bool:
        return self.may_manage()

    def change(self, noun: Certification, given: dict[str, Any]) -> Certification:
        made = actions.change_certification(certification=noun, **_split(given), by=self.user, now=self.now)
        return self.again(made)


class _Moving(CertificationDoor, Acts[Certification]):
    def may(self, noun: Certification) -> bool:
        return self.may_manage()


class ArchiveCertification(_Moving):
    """Nobody earns it any more; who holds it holds it until its end. 409 when it is archived already."""

    def act(self, noun: Certification, given: dict[str, Any]) -> Certification:
        return self.again(actions.archive_certification(certification=noun, by=self.user, now=self.now))


class RestoreCertification(_Moving):
    """Offer it again. 409 when it is offered already."""

    def act(self, noun: Certification, given: dict[str, Any]) -> Certification:
        return self.again(actions.restore_certification(certification=noun, by=self.user, now=self.now))
