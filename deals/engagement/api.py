"""The doors of appeals against the confirmed engagement."""

from typing import Any

from deals.appeals.states import Refusal
from deals.engagement import actions, policies
from deals.engagement.states import Outcome
from deals.registrations.api import PartnerVerb, Seen
from deals.registrations.models import Registration
from prm.api.doors import Acts
from prm.api.fields import Choice, PlainText
from prm.api.serializers import Given


class EngagementAppealIn(Given):
    text = PlainText(max_length=4000, lines=True, help_text="What your part in the deal is.")
    proof = PlainText(
        max_length=4000, lines=True, required=False, allow_blank=True, default="", help_text="What you can show."
    )


class EngagementDecisionIn(Given):
    outcome = Choice(Outcome)
    reason = Choice(Refusal, required=False, help_text="Where it is kept.")
    message = PlainText(max_length=4000, lines=True, help_text="The partner reads it.")


class AppealEngagement(PartnerVerb):
    """Appeal, once and in time, where a smaller part was confirmed than you registered. Somebody else decides it."""

    into = EngagementAppealIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.appeal_engagement(registration=noun, by=self.user, now=self.now, **given)


class DecideEngagement(Seen, Acts[Registration]):
    """Uphold it: what was registered counts, and the terms are frozen anew. Or keep what was confirmed."""

    into = EngagementDecisionIn

    def may(self, noun: Registration) -> bool:
        return policies.can_decide(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.decide_engagement(registration=noun, by=self.user, now=self.now, **given)
