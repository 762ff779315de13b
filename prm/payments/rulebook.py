"""The rules of paying: values that an administrator can change with an effective date."""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _
from pydantic import Field

from prm.policy.papers import PAPERS, Paper, Words
from prm.policy.schemas import SCHEMAS, PolicyValues

SCHEMA = "payments"
Amount = Annotated[Decimal, Field(ge=0, le=10**11)]


class PaymentRules(PolicyValues):
    # A run worth more than that needs a second person: in the programme's currency, by the rate of the day. A run
    # in a currency without a rate always does.
    four_eyes_above: Amount = Decimal("10000.00")
    # What is less waits for the next run; in the currency of the run.
    least_payment: Amount = Decimal("10.00")


SCHEMAS.register(SCHEMA, PaymentRules)
PAPERS.register(
    SCHEMA,
    Paper(
        title=_("Payments"),
        description=_("When a payment run needs a second person, and what is too little to be paid."),
        words={
            "four_eyes_above": Words(
                _("A second person above"),
                _("What a run is worth in the programme's currency; without a rate of exchange, always."),
                _("Payment runs"),
            ),
            "least_payment": Words(
                _("Least payment"),
                _("In the currency of the run. What is less waits for the next one."),
                _("Payment runs"),
            ),
        },
    ),
)
