"""The rules of engagement for deals: values that an administrator can change with an effective date.

Every number of the wing is here; the clauses that decisions cite are rendered from the same values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field

from prm.policy.schemas import SCHEMAS, PolicyValues

SCHEMA = "deals"

Days = Annotated[int, Field(ge=1, le=365)]
Rate = Annotated[Decimal, Field(ge=0, le=1)]


class DealRules(PolicyValues):
    """Rates are shares of the deal's value (0.20 is 20 %)."""

    decision_business_days: Days = 2
    answer_business_days: Days = 10
    asks_that_pause: Annotated[int, Field(ge=0, le=10)] = 2
    protection_days: Days = 90
    reminder_days: tuple[Days, ...] = (30, 14, 3)
    extension_days: Days = 30
    work_done_characters: Annotated[int, Field(ge=0, le=1000)] = 20
    rate_assisted: Rate = Decimal("0.04")
    rate_shared: Rate = Decimal("0.12")
    rate_independent: Rate = Decimal("0.20")
    rate_referral: Rate = Decimal("0.10")
    rate_influence: Rate = Decimal("0.03")
    renewal_share: Rate = Decimal("0.5")


SCHEMAS.register(SCHEMA, DealRules)


@dataclass(frozen=True)
class Clause:
    number: str
    title: str
    text: str

    @property
    def anchor(self) -> str:
        return "rule-" + self.number.replace(".", "-")


def clauses(rules: DealRules) -> list[Clause]:
    """The rules in plain language, in the order of the page. Numbers are stable: decisions cite them."""
    return [
        Clause("1.1", _("What a registration needs"), _text_needs(rules)),
        Clause("1.2", _("One registration per opportunity"), _text_duplicate()),
        Clause("2.1", _("A decision in time"), _text_time(rules)),
        Clause("2.2", _("Questions"), _text_questions(rules)),
        Clause("2.3", _("Reasons"), _("Every decision names its reason and the clause it rests on.")),
        Clause("3.1", _("One protection"), _text_protection_rule()),
        Clause("3.2", _("First complete registration wins"), _text_first()),
        Clause("3.3", _("Named accounts"), _text_named()),
        Clause("3.4", _("Existing customers"), _text_existing()),
        Clause("3.5", _("Territory and tenders"), _text_territory()),
        Clause("4.1", _("How long a protection lasts"), _text_lasts(rules)),
        Clause("5.1", _("What you earn"), _text_rates(rules)),
    ]


# What a decision or finding rests on when nobody says otherwise.
CLAUSE_OF: Mapping[str, str] = {
    "rival_protection": "3.1",
    "earlier_registration": "3.2",
    "later_registration": "3.2",
    "named_account": "3.3",
    "existing_customer": "3.4",
    "known_account": "3.4",
    "thin_evidence": "1.1",
    "already_protected": "3.1",
    "duplicate": "1.2",
    "direct_opportunity": "3.4",
    "outside_territory": "3.5",
    "tender": "3.5",
    "incomplete": "1.1",
    "not_qualified": "1.1",
    "other": "2.3",
}


def _text_needs(rules: DealRules) -> str:
    return _(
        "A registration is complete with the customer's name and country, the products, the value, the expected close, "
        "how you sell it and your part in it, and at least %(count)d characters about the work you have done."
    ) % {"count": rules.work_done_characters}


def _text_duplicate() -> str:
    return _(
        "Your organisation registers a customer's need for a product once; a second registration is refused at once."
    )


def _text_time(rules: DealRules) -> str:
    return _(
        "Your account manager decides within %(days)d business days, at the same time of day. "
        "The date is shown from the moment you register."
    ) % {"days": rules.decision_business_days}


def _text_questions(rules: DealRules) -> str:
    return _(
        "A question sends the registration back with only the asked fields open and keeps your place in line. "
        "The first %(asks)d questions pause the clock; without an answer within %(days)d business days it lapses."
    ) % {"asks": rules.asks_that_pause, "days": rules.answer_business_days}


def _text_protection_rule() -> str:
    return _("A customer is protected for one partner per product at a time. Our own sellers are bound by it too.")


def _text_first() -> str:
    return _(
        "The place in line is the moment of the first complete registration. It survives questions, and the size "
        "of the partner plays no part."
    )


def _text_named() -> str:
    return _(
        "Named accounts are looked after by a seller of ours; a registration for one is reviewed with that seller."
    )


def _text_existing() -> str:
    return _("For a customer we already serve, new products and other parts of the business can be registered.")


def _text_territory() -> str:
    return _("Registrations cover the territory of your agreement. Once a tender is published, it is open to all.")


def _text_lasts(rules: DealRules) -> str:
    return _(
        "A protection lasts from approval to the end of the %(days)dth day in your time zone. We remind you "
        "%(reminders)s days before its end."
    ) % {
        "days": rules.protection_days,
        "reminders": ", ".join(str(day) for day in sorted(rules.reminder_days, reverse=True)),
    }


def _text_rates(rules: DealRules) -> str:
    return _(
        "Of the deal's value: %(assisted)s assisted, %(shared)s shared, %(independent)s independent; %(referral)s for "
        "a referral, %(influence)s for influence; renewals %(renewal)s of that. The rate is frozen at approval."
    ) % {
        "assisted": percent(rules.rate_assisted),
        "shared": percent(rules.rate_shared),
        "independent": percent(rules.rate_independent),
        "referral": percent(rules.rate_referral),
        "influence": percent(rules.rate_influence),
        "renewal": percent(rules.renewal_share),
    }


def percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f} %"
