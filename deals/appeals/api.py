"""The doors of appeals."""

from typing import Any

from deals.appeals import actions, policies
from deals.appeals.states import Outcome, Refusal
from deals.registrations.api import PartnerVerb, Seen
from deals.registrations.models import Registration
from prm.api.doors import Acts
from prm.api.fields import Choice, MoneyField, PlainText
from prm.api.serializers import Given


class AppealIn(Given):
    text = PlainText(max_length=4000, lines=True, help_text="Why the decision is wrong.")
    proof = PlainText(
        max_length=4000, lines=True, required=False, allow_blank=True, default="", help_text="What you can show."
    )


class AppealDecisionIn(Given):
    outcome = Choice(Outcome)
    reason = Choice(Refusal, required=False, help_text="Of a refusal.")
    message = PlainText(max_length=4000, lines=True, help_text="The partner reads it.")
    amount = MoneyField(required=False, help_text="Of a compensation, in the deal's currency.")


class Appeals(PartnerVerb):
    """Appeal, once and in time, against a rejection or an approval of only some products. Somebody else decides it."""

    into = AppealIn

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        return actions.appeal(registration=noun, by=self.user, now=self.now, **given)


class DecideAppeal(Seen, Acts[Registration]):
    """Refuse it, register it again in its old place, or compensate. 409 says which of the last two is possible."""

    into = AppealDecisionIn

    def may(self, noun: Registration) -> bool:
        return policies.can_decide(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        money = given.pop("amount", None)
        granted = {"amount": money.amount, "currency": money.currency} if money else {}
        return actions.decide_appeal(registration=noun, by=self.user, now=self.now, **given, **granted)
