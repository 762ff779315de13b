"""The rules of engagement for deals: values that an administrator can change with an effective date.

Every number of the wing is here; the clauses that decisions cite are rendered from the same values.
"""

from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from deals import incentives
from deals.cosell import rules as cosell
from deals.engagement import clauses as engagement
from deals.incentives import PriceHold, VolumeRebate
from deals.precedence import KINDS, Precedence, weights_of
from deals.records import clauses as records
from prm.policy.clauses import Clause
from prm.policy.schemas import SCHEMAS, PolicyValues

SCHEMA = "deals"

Days = Annotated[int, Field(ge=1, le=365)]
Rate = Annotated[Decimal, Field(ge=0, le=1)]
Prior = Annotated[Decimal, Field(ge=0, le=100, decimal_places=1)]


class DealRules(PolicyValues):
    """Rates are shares of the deal's value (0.20 is 20 %)."""

    decision_business_days: Days = 2
    answer_business_days: Days = 10
    asks_that_pause: Annotated[int, Field(ge=0, le=10)] = 2
    # Both in business days: from the missed date to a provisional protection, and from the decision to its end.
    provisional_after_business_days: Days = 2
    provisional_until_business_days: Days = 5
    protection_days: Days = 90
    reminder_days: tuple[Days, ...] = (30, 14, 3)
    # Of each who had asked, in the partner's calendar, after a protection has ended.
    first_refusal_business_days: Days = 2
    extension_days: Days = 30
    # After the decision, and from the appeal to its answer.
    appeal_business_days: Days = 10
    appeal_decision_business_days: Days = 5
    # How long a proposal to lower frozen terms waits for the partner's consent.
    consent_business_days: Days = 10
    # A win so soon after the approval needs a reason.
    early_win_hours: Annotated[int, Field(ge=0, le=720)] = 72
    work_done_characters: Annotated[int, Field(ge=0, le=1000)] = 20
    rate_assisted: Rate = Decimal("0.04")
    rate_shared: Rate = Decimal("0.12")
    rate_independent: Rate = Decimal("0.20")
    rate_referral: Rate = Decimal("0.10")
    rate_influence: Rate = Decimal("0.03")
    renewal_share: Rate = Decimal("0.5")
    # Of what recurs in a year, each year that a managed customer stays.
    rate_managed_yearly: Rate = Decimal("0.05")
    # How long an entry waits before it may be paid: refunds come early.
    payable_after_days: Annotated[int, Field(ge=0, le=365)] = 30
    # Two partners on one protection: how long both may think, and the smallest share of what it earns.
    teaming_business_days: Days = 3
    teaming_least_per_cent: Annotated[int, Field(ge=5, le=50)] = 10
    # How long a touch of our own sales is a reason to look at a registration, and how soon a case of theirs is decided.
    direct_touch_days: Days = 60
    case_business_days: Days = 2
    # How long a request to sell together waits for the other side.
    co_sell_business_days: Days = 2
    # Days before the year of a partner of record ends, on which it is asked for its proof.
    record_reminder_days: tuple[Days, ...] = (90, 30, 7)
    # What our own seller earns more, of the value of a deal with a partner attached.
    seller_uplift: Rate = Decimal("0.02")
    acknowledgement_needed: bool = False
    hoarding_base: Annotated[int, Field(ge=1, le=1000)] = 10
    hoarding_span: Annotated[int, Field(ge=0, le=1000)] = 20
    hoarding_prior_progressed: Prior = Decimal("2.5")
    hoarding_prior_closed: Annotated[Decimal, Field(ge=Decimal("0.1"), le=100, decimal_places=1)] = Decimal("5.0")
    volume_rebate: VolumeRebate = VolumeRebate()
    price_hold: PriceHold = PriceHold()
    precedence: Precedence = Precedence()

    @field_validator("hoarding_prior_closed")
    @classmethod
    def _more_closed_than_progressed(cls, closed: Decimal, info: ValidationInfo) -> Decimal:
        if closed < info.data.get("hoarding_prior_progressed", 0):
            raise PydanticCustomError("share", "This must not be less than the deals that came to a decision.")
        return closed


SCHEMAS.register(SCHEMA, DealRules)


def clauses(rules: DealRules) -> list[Clause]:
    """The rules in plain language, in the order of the page. Numbers are stable: decisions cite them."""
    return [
        Clause("1.1", _("What a registration needs"), _text_needs(rules)),
        Clause("1.2", _("One registration per opportunity"), _text_duplicate()),
        Clause("1.3", _("Many open registrations"), _text_many(rules)),
        Clause("1.4", _("A contact that can be reached"), _text_contact()),
        Clause("2.1", _("A decision in time"), _text_time(rules)),
        Clause("2.2", _("Questions"), _text_questions(rules)),
        Clause("2.3", _("Reasons"), _("Every decision names its reason and the clause it rests on.")),
        Clause("2.4", _("When we are late"), _text_late()),
        Clause("2.5", _("Business days"), _text_days()),
        Clause("2.6", _("Reading the rules"), _text_reading(rules)),
        Clause("2.7", _("One appeal"), _text_appeal(rules)),
        Clause("2.8", _("Wrong decisions"), _text_reversal()),
        Clause("3.1", _("One protection"), _text_protection_rule()),
        Clause("3.2", _("First complete registration wins"), _text_first()),
        Clause("3.3", _("Named accounts"), _text_named()),
        Clause("3.4", _("Existing customers"), _text_existing()),
        Clause("3.5", _("Territory and tenders"), _text_territory()),
        Clause("3.6", _("What weighs how much"), _text_precedence(rules)),
        Clause("3.7", _("Our own sales"), _text_direct(rules)),
        Clause("3.8", _("Our own sales at your customers"), _text_cases(rules)),
        records.clause(rules.record_reminder_days),
        Clause("4.1", _("How long a protection lasts"), _text_lasts(rules)),
        Clause("4.2", _("One extension"), _text_extension(rules)),
        Clause("4.3", _("Provisional protection"), _text_provisional(rules)),
        Clause("4.4", _("Approval without a protection"), _text_not_exclusive()),
        Clause("4.5", _("Two partners on one protection"), _text_teaming(rules)),
        Clause("4.6", _("First refusal"), _text_refusal(rules)),
        Clause("4.7", _("Wins soon after approval"), _text_early(rules)),
        Clause("4.8", _("Selling together"), cosell.clause(rules.co_sell_business_days)),
        Clause("5.1", _("What you earn"), _text_rates(rules)),
        Clause("5.2", _("When it is paid, and what takes it back"), _text_paid(rules)),
        *incentives.clauses(rules.volume_rebate, rules.price_hold),
        Clause("5.5", _("Our sellers earn more with you"), _text_uplift(rules)),
        *engagement.clauses(
            rules.appeal_business_days, rules.appeal_decision_business_days, rules.consent_business_days
        ),
    ]


# A kind of finding in the middle of a sentence that partners read.
KIND_WORDS = {
    "rival_protection": gettext_lazy("a protection of another partner"),
    "earlier_registration": gettext_lazy("an earlier registration of another partner"),
    "later_registration": gettext_lazy("a later registration of another partner"),
    "named_account": gettext_lazy("a named account"),
    "existing_customer": gettext_lazy("a customer we serve"),
    "known_account": gettext_lazy("a customer we know"),
    "thin_evidence": gettext_lazy("little evidence who the customer is"),
    "outside_territory": gettext_lazy("a customer outside your territory or segments"),
    "tender": gettext_lazy("a published tender"),
    "hoarding": gettext_lazy("many open registrations"),
    "email_domain": gettext_lazy("an e-mail domain that is no evidence"),
    "direct_opportunity": gettext_lazy("an open opportunity of our own sales"),
    "direct_touch": gettext_lazy("a recent touch of our own sales"),
    "first_refusal": gettext_lazy("a first refusal of another partner"),
    "partner_of_record": gettext_lazy("another partner of record"),
}
WEIGHTS_TOLD = {
    "block": gettext_lazy("This can stand in the way, the first named first:"),
    "review": gettext_lazy("Somebody looks at this:"),
    "hint": gettext_lazy("This is only noted:"),
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


def _text_many(rules: DealRules) -> str:
    return _(
        "Somebody looks at it when more than %(base)d registrations of a partner are open, and up to %(span)d more the "
        "larger the share of its deals of the last 12 months that came to a customer's decision. Each partner begins "
        "with %(progressed)s of %(closed)s such deals. The same holds for every size, and nothing is refused for it."
    ) % {
        "base": rules.hoarding_base,
        "span": rules.hoarding_span,
        "progressed": f"{rules.hoarding_prior_progressed.normalize():f}",
        "closed": f"{rules.hoarding_prior_closed.normalize():f}",
    }


def _text_contact() -> str:
    return _(
        "A contact's e-mail address belongs to the customer. An address of a service for throw-away mail, or of a "
        "domain that cannot exist, is no evidence."
    )


def _text_reading(rules: DealRules) -> str:
    if rules.acknowledgement_needed:
        return _("An admin of your organisation acknowledges each version; until then you cannot register new deals.")
    return _("An admin of your organisation acknowledges each version. You can register deals before that, too.")


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


def _text_late() -> str:
    return _(
        "A decision that misses its date goes to a second account manager, who may decide it too. You are told at "
        "once, and it counts in the figures of how we keep our word."
    )


def _text_days() -> str:
    return _(
        "Business days are those of your account manager: without weekends, public holidays and days off that were "
        "known when you registered. A date that you were given never moves because somebody takes a day off later."
    )


def _text_appeal(rules: DealRules) -> str:
    return _(
        "Once, within %(window)d business days after a rejection, or an approval of only some of the products, you may "
        "appeal. Somebody other than who decided answers within %(days)d business days. If you were right, what was "
        "refused is registered again in its old place in line; "
        "where the customer is protected by then, we compensate you."
    ) % {"window": rules.appeal_business_days, "days": rules.appeal_decision_business_days}


def _text_reversal() -> str:
    return _(
        "A decision that was wrong is reversed by somebody other than who decided, with the reason and the rule. An "
        "approval ends then; a refusal is registered again in its old place in line. We compensate what cannot be "
        "made good."
    )


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


def _text_precedence(rules: DealRules) -> str:
    """In the order of the version: what blocks, what a person looks at, what is only told."""
    weights = weights_of(rules.precedence)
    kinds = sorted(KINDS, key=weights.place.__getitem__)
    parts = []
    for weight, sentence in WEIGHTS_TOLD.items():
        named = [str(KIND_WORDS[kind]) for kind in kinds if weights.weight[kind] == weight]
        if named:
            parts.append(f"{sentence} {'; '.join(named)}.")
    return " ".join(parts)


def _text_direct(rules: DealRules) -> str:
    return _(
        "Somebody looks at it when our own sales have an open opportunity with the customer for one of the products, "
        "or were in touch with it in the %(days)d days before you registered. What they enter after that takes nothing "
        "from your place in line."
    ) % {"days": rules.direct_touch_days}


def _text_cases(rules: DealRules) -> str:
    return _(
        "When our own sales are in touch with a customer who is protected for you, or open an opportunity there, that "
        "opens a case. Your account manager decides it within %(days)d business days: you are attached, it is "
        "permitted with a reason, or it is a breach. You are told, and it counts in your figures."
    ) % {"days": rules.case_business_days}


def _text_uplift(rules: DealRules) -> str:
    return _(
        "Our own seller earns %(rate)s of the value more when a partner is attached to a deal, also when we found it."
    ) % {"rate": percent(rules.seller_uplift)}


def _text_lasts(rules: DealRules) -> str:
    return _(
        "A protection lasts from approval to the end of the %(days)dth day in your time zone. We remind you "
        "%(reminders)s days before its end."
    ) % {
        "days": rules.protection_days,
        "reminders": ", ".join(str(day) for day in sorted(rules.reminder_days, reverse=True)),
    }


def _text_extension(rules: DealRules) -> str:
    return _(
        "Once, before a protection ends, you may ask for %(days)d more days with proof of progress. Your account "
        "manager decides within %(business_days)d business days; until then the protection goes on."
    ) % {"days": rules.extension_days, "business_days": rules.decision_business_days}


def _text_provisional(rules: DealRules) -> str:
    return _(
        "If we have not decided %(after)d business days after the missed date, no earlier registration is undecided "
        "and nothing blocks yours, the customer is protected for you provisionally: until our decision, and for "
        "%(until)d business days after it."
    ) % {"after": rules.provisional_after_business_days, "until": rules.provisional_until_business_days}


def _text_not_exclusive() -> str:
    return _(
        "We may approve a deal that is not exclusive: what you earn is frozen as for every approval, nobody is kept "
        "away from the customer for you, and nothing ends by a date. A protection of another partner stands in the "
        "way of that, too."
    )


def _text_teaming(rules: DealRules) -> str:
    return _(
        "Where two partners are after one opportunity, we may propose that they share one protection and what the "
        "deal earns, each at least %(least)d per cent. Both have %(days)d business days; silence counts as no. Names "
        "are shown once both have accepted, and until then everything stays as it was. From then on either of them "
        "closes the deal for both."
    ) % {"least": rules.teaming_least_per_cent, "days": rules.teaming_business_days}


def _text_refusal(rules: DealRules) -> str:
    return _(
        "When a protection ends without a win, those who had asked for the same are told that the customer is free, "
        "one after the other in the order of their places in line. Each has %(days)d business days of its own calendar "
        "to take it up with the old place, or to decline. Nobody else is approved meanwhile."
    ) % {"days": rules.first_refusal_business_days}


def _text_early(rules: DealRules) -> str:
    return _(
        "Registrations are for deals that are still to be won. A win within %(hours)d hours of the approval needs a "
        "reason, which your account manager and the programme read."
    ) % {"hours": rules.early_win_hours}


def _text_rates(rules: DealRules) -> str:
    return _(
        "Of the deal's value: %(assisted)s assisted, %(shared)s shared, %(independent)s independent; %(referral)s for "
        "a referral, %(influence)s for influence; renewals %(renewal)s of that. Managed customers bring %(yearly)s of "
        "what recurs in a year, for the days of each year on which you are their partner of record. The rates are "
        "frozen at approval."
    ) % {
        "assisted": percent(rules.rate_assisted),
        "shared": percent(rules.rate_shared),
        "independent": percent(rules.rate_independent),
        "referral": percent(rules.rate_referral),
        "influence": percent(rules.rate_influence),
        "renewal": percent(rules.renewal_share),
        "yearly": percent(rules.rate_managed_yearly),
    }


def _text_paid(rules: DealRules) -> str:
    return _(
        "A won deal is written into your ledger at once and can be paid %(days)d days later. When the customer is "
        "refunded, the same share of what you earned with it is taken back, to the cent."
    ) % {"days": rules.payable_after_days}


def percent(rate: Decimal) -> str:
    return f"{(rate * 100).normalize():f} %"
