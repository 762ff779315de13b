"""Partners of record over REST: each partner its own, the vendor's people all of them."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from deals.direct.api import known_accounts, known_organisations
from deals.records import actions, policies
from deals.records.actions import Consent
from deals.records.listing import NEWEST, records_of
from deals.records.models import LONGEST_NAME, LONGEST_TEXT, PartnerOfRecord, RecordProof
from deals.records.states import Ending, RecordState, Source
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.api.doors import Acts, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, NounField, PlainText, StrictBoolean
from prm.api.filters import Filter
from prm.api.serializers import Given


class RecordProofOut(serializers.Serializer[RecordProof]):
    text = serializers.CharField()
    given_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    granted = serializers.BooleanField(allow_null=True, help_text="null: not answered yet.")
    decided_at = serializers.DateTimeField(allow_null=True)
    message = serializers.CharField()


class PartnerOfRecordOut(serializers.Serializer[PartnerOfRecord]):
    """`account` is null for a partner: it knows the customer by `customer` and the deal."""

    id = serializers.CharField(source="public_id")
    customer = serializers.CharField(source="customer_name")
    account = serializers.SerializerMethodField()
    partner = serializers.CharField(source="partner.organisation.public_id")
    deal = serializers.CharField(source="registration.public_id", default=None, allow_null=True)
    state = serializers.ChoiceField(choices=RecordState.choices)
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    since = serializers.DateField()
    until = serializers.DateField(help_text="The last day.")
    consented_by = serializers.CharField()
    consented_on = serializers.DateField(allow_null=True)
    consent_text = serializers.CharField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    message = serializers.CharField()
    end_reason = serializers.ChoiceField(choices=["", *Ending.values])
    end_text = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    proofs = RecordProofOut(many=True, source="proofs.all")

    def get_account(self, row: PartnerOfRecord) -> str | None:
        reader: User = self.context["request"].user
        return row.account.public_id if reader.is_vendor else None


def known_deals(user: User) -> QuerySet[Registration]:
    return Registration.objects.visible_to(user).with_people()


class ConsentIn(Given):
    since = Day(required=False, allow_null=True, default=None, help_text="The first day; null: today.")
    consented_by = PlainText(max_length=LONGEST_NAME, help_text="Name and role of who consented at the customer.")
    consented_on = Day()
    consent_text = PlainText(max_length=LONGEST_TEXT, lines=True, help_text="What shows it.")


class AskRecordIn(ConsentIn):
    deal = NounField(rows=known_deals, help_text="A won deal with the customer.")


class AppointIn(ConsentIn):
    account = NounField(rows=known_accounts)
    partner = NounField(rows=known_organisations)


class DecideRecordIn(Given):
    accept = StrictBoolean()
    message = PlainText(max_length=LONGEST_TEXT, lines=True, required=False, allow_blank=True, default="")


class ProofIn(Given):
    text = PlainText(max_length=LONGEST_TEXT, lines=True, help_text="What shows that you look after the customer.")


class EndRecordIn(Given):
    on = Day(required=False, allow_null=True, default=None, help_text="The last day; null: today.")
    reason = PlainText(max_length=LONGEST_TEXT, lines=True, help_text="The partner reads it.")


class RecordDoor(NounDoor[PartnerOfRecord]):
    out = PartnerOfRecordOut

    def rows(self) -> QuerySet[PartnerOfRecord]:
        return records_of(self.user).prefetch_related("proofs")


def _consent(given: dict[str, Any]) -> dict[str, Any]:
    consent = Consent(given["consented_by"], given["consented_on"], given["consent_text"])
    return {"since": given["since"], "consent": consent}


class Records(RecordDoor, Lists[PartnerOfRecord], Creates[PartnerOfRecord]):
    """Partners of record that you may read, the latest first. A partner asks on a won deal, with the customer's
    consent; its account manager confirms."""

    into = AskRecordIn
    order = NEWEST
    filters = {
        "state": Filter(Choice(RecordState), "state"),
        "partner": Filter(PlainText(max_length=40), "partner__organisation__public_id"),
        "deal": Filter(PlainText(max_length=40), "registration__public_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.may_ask_some(self.user)

    def create(self, given: dict[str, Any]) -> PartnerOfRecord:
        return actions.ask_record(registration=given["deal"], **_consent(given), by=self.user, now=self.now)


class Appointments(RecordDoor, Creates[PartnerOfRecord]):
    """Appoint a partner with the customer's consent. Whoever is partner of record now is it until the day before."""

    into = AppointIn
    has_address = False

    def may_create(self) -> bool:
        return policies.may_appoint_some(self.user)

    def create(self, given: dict[str, Any]) -> PartnerOfRecord:
        about = {"account": given["account"], "partner": given["partner"].partner}
        return actions.appoint(**about, **_consent(given), by=self.user, now=self.now)


class OneRecord(RecordDoor, Reads[PartnerOfRecord]):
    """Who is, was or asks to be partner of record, with consent and proofs."""


class _Deciding(RecordDoor, Acts[PartnerOfRecord]):
    def may(self, noun: PartnerOfRecord) -> bool:
        return policies.can_decide(self.user, noun)


class DecideRecord(_Deciding):
    """Confirm or refuse. Whoever was partner of record until now is it until the day before."""

    into = DecideRecordIn

    def act(self, noun: PartnerOfRecord, given: dict[str, Any]) -> PartnerOfRecord:
        actions.decide_record(record=noun, **given, by=self.user, now=self.now)
        return self.noun()


class GiveProof(RecordDoor, Acts[PartnerOfRecord]):
    """Give proof for another year. 409 while it is too early, or proof waits for an answer."""

    into = ProofIn

    def may(self, noun: PartnerOfRecord) -> bool:
        return policies.can_act(self.user, noun)

    def act(self, noun: PartnerOfRecord, given: dict[str, Any]) -> PartnerOfRecord:
        actions.give_proof(record=noun, **given, by=self.user, now=self.now)
        return self.noun()


class DecideProof(_Deciding):
    """Take the proof, which adds a year, or refuse it with a message."""

    into = DecideRecordIn

    def act(self, noun: PartnerOfRecord, given: dict[str, Any]) -> PartnerOfRecord:
        actions.decide_proof(record=noun, **given, by=self.user, now=self.now)
        return self.noun()


class EndRecord(_Deciding):
    """End it early, with the reason that the partner reads."""

    into = EndRecordIn

    def act(self, noun: PartnerOfRecord, given: dict[str, Any]) -> PartnerOfRecord:
        actions.end_record(record=noun, **given, by=self.user, now=self.now)
        return self.noun()
