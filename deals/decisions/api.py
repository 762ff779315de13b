"""The reviewer's doors: findings, approve, ask, reject."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from deals.conflicts.models import Band, Kind
from deals.conflicts.reading import Read, read_findings, recommendation
from deals.conflicts.selectors import rules_in_force
from deals.conflicts.texts import reviewer_text, way_text, ways_of
from deals.conflicts.ways import FREE_FROM, WITHOUT, Way
from deals.decisions import actions
from deals.precedence import weights_of
from deals.products.models import ProductLine
from deals.registrations import policies
from deals.registrations.api import Seen
from deals.registrations.models import Registration
from deals.registrations.states import Engagement, Outcome, OverrideReason, RejectReason
from deals.teaming.actions import Proposal, propose
from deals.teaming.reading import beside_of
from prm.api.doors import Acts, require
from prm.api.fields import Choice, PlainText, StrictInteger
from prm.api.serializers import Given
from prm.matching.feedback.models import Judgement
from prm.matching.shown import EvidenceOut


class SubjectOut(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class FindingOut(serializers.Serializer[Read]):
    kind = serializers.ChoiceField(choices=Kind.choices, source="finding.kind")
    band = serializers.ChoiceField(choices=Band.choices, source="finding.band")
    score = serializers.FloatField(source="finding.score", min_value=0, max_value=1)
    evidence = EvidenceOut(many=True, source="finding.evidence")
    clause = serializers.CharField(source="finding.clause")
    overlap = serializers.ListField(child=serializers.CharField(), source="finding.overlap")
    subject = SubjectOut()
    matched = serializers.ChoiceField(choices=Band.choices, source="finding.matched")
    until = serializers.DateTimeField(
        source="finding.until", allow_null=True, help_text="When a protection that stands in the way ends."
    )
    policy_version = serializers.IntegerField(source="finding.policy.number", default=None, allow_null=True)
    engine_version = serializers.IntegerField(source="finding.engine_version", allow_null=True)
    judged = serializers.ChoiceField(
        choices=Judgement.Verdict.choices, source="judgement.verdict", default=None, allow_null=True
    )


class WayOut(serializers.Serializer[Way]):
    kind = serializers.ChoiceField(choices=[WITHOUT, FREE_FROM])
    products = serializers.ListField(child=serializers.CharField())
    at = serializers.DateTimeField(allow_null=True)
    text = serializers.SerializerMethodField()

    def get_text(self, way: Way) -> str:
        return way_text(way)


class RecommendationOut(serializers.Serializer[Any]):
    outcome = serializers.CharField()
    because = serializers.ListField(child=serializers.CharField())
    unless = serializers.ListField(child=serializers.CharField())


class FindingsOut(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=["pending", "assessed"])
    findings = FindingOut(many=True)
    recommendation = RecommendationOut()
    ways = WayOut(many=True, help_text="What could be approved instead: without some products, or from a day on.")
    text = serializers.CharField(help_text="Everything in one text, for the vendor alone.")


class ApproveIn(Given):
    outcome = Choice(Outcome, required=False, default=Outcome.EXCLUSIVE.value)
    account = PlainText(
        max_length=40, required=False, allow_blank=True, default="", help_text='"new", or the id of an account'
    )
    products = serializers.SlugRelatedField(
        slug_field="slug", queryset=ProductLine.objects.all(), many=True, required=False
    )
    engagement = Choice(Engagement, required=False)
    split = StrictInteger(
        min_value=1,
        max_value=99,
        required=False,
        default=50,
        help_text="Teaming: the share of this registration's partner in what the deal earns, in per cent.",
    )
    beside = PlainText(
        max_length=40,
        required=False,
        allow_blank=True,
        default="",
        help_text="Teaming: the id of the registration that shares the protection; needed when there are several.",
    )
    override_reason = PlainText(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text=f"One of {', '.join(OverrideReason.values)}, or your own words.",
    )
    message = PlainText(max_length=4000, lines=True, required=False, allow_blank=True, default="")


class RejectIn(Given):
    reason = Choice(RejectReason)
    message = PlainText(max_length=4000, lines=True)


class AskIn(Given):
    message = PlainText(max_length=4000, lines=True)
    fields = serializers.ListField(  # type: ignore[assignment]
        child=PlainText(max_length=40),
        max_length=30,
        required=False,
        default=list,
        help_text="Paths of the fields to open, such as value or customer.contact.name.",
    )


class Findings(Seen):
    """What the newest assessment found, the gravest first, and what the rules recommend."""

    out = FindingsOut  # type: ignore[assignment]

    def get(self, request: Request, **path: str) -> Response:
        noun = self.noun()
        require(policies.can_see_findings(self.user))
        self.parameters()
        reads = read_findings(noun, reader=self.user)
        state = "pending" if noun.assessed_at is None else "assessed"
        weights = weights_of(rules_in_force(self.now).values.precedence)
        advice = recommendation(reads, weights)
        told = {"ways": ways_of(noun, reads), "text": reviewer_text(noun, reads, weights)}
        shown = {"state": state, "findings": reads, "recommendation": advice, **told}
        return Response(FindingsOut(shown).data)


class ReviewerVerb(Seen, Acts[Registration]):
    def may(self, noun: Registration) -> bool:
        return policies.can_decide(self.user, noun)


class Approve(ReviewerVerb):
    """Approve exclusively, without a protection, or propose that two partners share one. 409 names what stands in the
    way. A team is approved once both have accepted; until then the registration stays submitted."""

    into = ApproveIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        split, other = given.pop("split"), given.pop("beside")
        if given["outcome"] == Outcome.TEAMING:
            del given["outcome"]
            proposal = Proposal(share=split, other=beside_of(self.user, other), **given)
            return propose(registration=noun, proposal=proposal, by=self.user, now=self.now)
        return actions.approve(registration=noun, by=self.user, now=self.now, **given)


class Reject(ReviewerVerb):
    """Say no with a reason; the partner reads the message and the clause."""

    into = RejectIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.reject(registration=noun, by=self.user, now=self.now, **given)


class Ask(ReviewerVerb):
    """Send it back with only the asked fields open."""

    into = AskIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.ask(registration=noun, by=self.user, now=self.now, **given)
