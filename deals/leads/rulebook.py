"""The rules of leads: values that an administrator can change with an effective date."""

from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from prm.policy.papers import PAPERS, Paper, Words
from prm.policy.schemas import SCHEMAS, PolicyValues

SCHEMA = "leads"


class LeadRules(PolicyValues):
    """Days are business days of the partner."""

    answer_business_days: Annotated[int, Field(ge=1, le=60)] = 2
    # So many before an answer is due; 0: never.
    reminder_business_days: Annotated[int, Field(ge=0, le=30)] = 1
    most_open_offers: Annotated[int, Field(ge=1, le=100)] = 3


SCHEMAS.register(SCHEMA, LeadRules)
SECTION = gettext_lazy("Offers of leads")
PAPERS.register(
    SCHEMA,
    Paper(
        title=gettext_lazy("Leads"),
        description=gettext_lazy("How long a partner has to answer the offer of a lead, and how many one may have."),
        words={
            "answer_business_days": Words(
                gettext_lazy("Business days to answer"),
                gettext_lazy("Of the partner. After them the lead goes to the next one."),
                SECTION,
            ),
            "reminder_business_days": Words(
                gettext_lazy("Business days before that for a reminder"),
                gettext_lazy("0: nobody is reminded."),
                SECTION,
            ),
            "most_open_offers": Words(
                gettext_lazy("Most open offers"),
                gettext_lazy("A partner with as many is asked again once it has answered one."),
                SECTION,
            ),
        },
    ),
)


def order_in_words(rules: LeadRules) -> str:
    """The rule of the order, as partners and the vendor's people read it."""
    return _(
        "A lead is offered to one partner at a time: active, of the wanted business model, with the customer's country "
        "and segment in its agreement, with the wanted competency, and with fewer than %(most)d offers to answer. Of "
        "these, whoever has waited longest for an offer is asked first; between two that have waited as long a lot "
        "decides, drawn for each lead. Size, name and revenue play no part. Without an answer within %(days)d business "
        "days, the next one is asked."
    ) % {"most": rules.most_open_offers, "days": rules.answer_business_days}
