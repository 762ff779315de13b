"""Proofs over REST: handed in by a person, decided by whoever reviews them."""

from typing import Any, ClassVar

from rest_framework import serializers

from enablement.certification.listing import certifications_of
from enablement.claims import actions, policies
from enablement.claims.actions import Given as Proof
from enablement.claims.listing import ORDER, claims_of
from enablement.claims.models import LONGEST_ADDRESS, LONGEST_ISSUER, LONGEST_TEXT, Claim, ClaimQuerySet
from enablement.claims.states import ClaimState, Refusal
from prm.api.doors import Acts, Creates, Lists, NounDoor, Reads
from prm.api.fields import Choice, Day, NounField, PlainText, StrictBoolean
from prm.api.filters import Filter
from prm.api.serializers import Given


class ClaimOut(serializers.Serializer[Claim]):
    id = serializers.CharField(source="public_id")
    certification = serializers.CharField(source="certification.public_id")
    person = serializers.CharField(source="user.public_id")
    partner = serializers.CharField(source="partner.organisation.public_id")
    state = serializers.ChoiceField(choices=ClaimState.choices)
    issuer = serializers.CharField()
    link = serializers.CharField()
    text = serializers.CharField()
    earned_on = serializers.DateField()
    created_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="When it is answered.")
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.ChoiceField(choices=["", *Refusal.values])
    message = serializers.CharField()
    credential = serializers.CharField(source="certificate.public_id", default=None, allow_null=True)


class ClaimIn(Given):
    certification = NounField(rows=certifications_of)
    issuer = PlainText(max_length=LONGEST_ISSUER)
    earned_on = Day()
    text = PlainText(max_length=LONGEST_TEXT, lines=True, help_text="What a reviewer can check.")
    link = PlainText(max_length=LONGEST_ADDRESS, required=False, allow_blank=True, default="")


class DecideClaimIn(Given):
    accept = StrictBoolean()
    reason = Choice(Refusal, required=False, help_text="Needed when it is declined.")
    message = PlainText(max_length=LONGEST_TEXT, lines=True, required=False, allow_blank=True, default="")


class ClaimDoor(NounDoor[Claim]):
    out: ClassVar[Any] = ClaimOut

    def rows(self) -> ClaimQuerySet:
        return claims_of(self.user)

    def again(self, changed: Claim) -> Claim:
        return self.rows().get(pk=changed.pk)


class Claims(ClaimDoor, Lists[Claim], Creates[Claim]):
    """Proofs that you may read, the latest first. POST hands one in for yourself; 409 while another one waits, or a
    certificate is not to be renewed yet."""

    into = ClaimIn
    order = ORDER
    filters = {
        "state": Filter(Choice(ClaimState), "state"),
        "certification": Filter(PlainText(max_length=40), "certification__public_id"),
        "partner": Filter(PlainText(max_length=40), "partner__organisation__public_id"),
    }

    def may_list(self) -> bool:
        return self.user.may(*policies.READERS)

    def may_create(self) -> bool:
        return policies.can_hand_in(self.user)

    def create(self, given: dict[str, Any]) -> Claim:
        proof = Proof(given["issuer"], given["earned_on"], given["text"], given["link"])
        about = {"certification": given["certification"], "given": proof}
        return self.again(actions.hand_in(**about, by=self.user, now=self.now))


class OneClaim(ClaimDoor, Reads[Claim]):
    """A proof, and what was decided about it."""


class DecideClaim(ClaimDoor, Acts[Claim]):
    """Accept it, and the certificate follows at once; or decline it with a reason and a message."""

    into = DecideClaimIn

    def may(self, noun: Claim) -> bool:
        return policies.can_decide(self.user, noun)

    def act(self, noun: Claim, given: dict[str, Any]) -> Claim:
        return self.again(actions.decide_claim(claim=noun, **given, by=self.user, now=self.now))


class WithdrawClaim(ClaimDoor, Acts[Claim]):
    """Take it back while it waits. 409 afterwards."""

    def may(self, noun: Claim) -> bool:
        return policies.can_withdraw(self.user, noun)

    def act(self, noun: Claim, given: dict[str, Any]) -> Claim:
        return self.again(actions.withdraw_claim(claim=noun, by=self.user, now=self.now))
