"""The door of refunds."""

from typing import Any

from deals.earnings import actions, policies
from deals.registrations.api import Seen
from deals.registrations.models import Registration
from prm.api.doors import Acts
from prm.api.fields import MoneyField, PlainText
from prm.api.serializers import Given


class RefundIn(Given):
    amount = MoneyField()
    reason = PlainText(max_length=300)


class Refunded(Seen, Acts[Registration]):
    """The customer got money back: the same share of the earnings is taken back. All of it reverses the deal."""

    into = RefundIn

    def may(self, noun: Registration) -> bool:
        return policies.can_refund(self.user, noun)

    def act(self, noun: Registration, given: dict[str, Any]) -> Registration:
        money = {"amount": given["amount"].amount, "currency": given["amount"].currency}
        return actions.refund(registration=noun, reason=given["reason"], by=self.user, now=self.now, **money)
