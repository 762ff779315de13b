"""The door of reversals."""

from typing import Any

from deals.registrations.api import Seen
from deals.registrations.models import Registration
from deals.reversals import actions, policies
from deals.reversals.states import Mistake
from prm.api.doors import Acts
from prm.api.fields import Choice, MoneyField, PlainText, StrictBoolean
from prm.api.serializers import Given


class ReverseIn(Given):
    reason = Choice(Mistake)
    clause = PlainText(max_length=12, help_text="The number of the rule that should have been applied.")
    message = PlainText(max_length=4000, lines=True, help_text="The partner reads it.")
    reinstated = StrictBoolean(required=False, help_text="Of a refusal: register it again in its old place in line.")
    amount = MoneyField(required=False, help_text="A compensation, in the deal's currency.")


class Reverse(Seen, Acts[Registration]):
    """Take a wrong decision back, for good. Somebody else than who decided it."""

    into = ReverseIn

    def may(self, noun: Registration) -> bool:
        return policies.can_reverse(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        money = given.pop("amount", None)
        granted = {"amount": money.amount, "currency": money.currency} if money else {}
        return actions.reverse(registration=noun, by=self.user, now=self.now, **given, **granted)
