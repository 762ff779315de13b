"""How the rules of engagement present themselves to whoever changes them: a label and a sentence for each value."""

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from deals.precedence import KINDS
from deals.rulebook import KIND_WORDS, SCHEMA, clauses
from prm.policy.papers import PAPERS, Paper, Words

REGISTERING, DECIDING = _("Registering"), _("Deciding")
PREVAILS, PROTECTION, EARNINGS = _("Who prevails"), _("Protection"), _("Earnings")
REBATE, HOLD = _("Volume rebate"), _("Held prices")
OF_VALUE = _("Per cent of the deal's value.")

WORDS = {
    "decision_business_days": Words(
        _("Decision within"), _("Business days of the account manager, 1 to 365."), DECIDING
    ),
    "answer_business_days": Words(
        _("Answer within"), _("Business days that a partner has to answer a question."), DECIDING
    ),
    "asks_that_pause": Words(_("Questions that pause the clock"), _("The first so many, 0 to 10."), DECIDING),
    "protection_days": Words(_("Days of protection"), _("From approval on, 1 to 365."), PROTECTION),
    "reminder_days": Words(_("Reminders"), _("Days before the end, such as 30, 14, 3."), PROTECTION),
    "extension_days": Words(_("Days of an extension"), _("1 to 365."), PROTECTION),
    "provisional_after_business_days": Words(
        _("Provisional protection after"), _("Business days after a decision missed its date, 1 to 365."), PROTECTION
    ),
    "provisional_until_business_days": Words(
        _("It holds for"), _("Business days after the decision, 1 to 365."), PROTECTION
    ),
    "teaming_business_days": Words(
        _("Answer to a team within"), _("Business days that both partners have, 1 to 365."), PROTECTION
    ),
    "teaming_least_per_cent": Words(
        _("Smallest share of a team"), _("Per cent of what the deal earns, 5 to 50."), PROTECTION
    ),
    "appeal_business_days": Words(_("Appeal within"), _("Business days after a rejection, 1 to 365."), DECIDING),
    "appeal_decision_business_days": Words(
        _("An appeal is answered within"), _("Business days of the account manager who is asked, 1 to 365."), DECIDING
    ),
    "consent_business_days": Words(
        _("Consent to other terms within"), _("Business days that the partner has, 1 to 365."), EARNINGS
    ),
    "early_win_hours": Words(_("A win needs a reason within"), _("Hours after the approval, 0 to 720."), PROTECTION),
    "first_refusal_business_days": Words(
        _("First refusal for"), _("Business days of each who had asked, 1 to 365."), PROTECTION
    ),
    "work_done_characters": Words(
        _("Characters about the work done"), _("The least that a registration says, 0 to 1000."), REGISTERING
    ),
    "rate_assisted": Words(_("Assisted"), OF_VALUE, EARNINGS),
    "rate_shared": Words(_("Shared"), OF_VALUE, EARNINGS),
    "rate_independent": Words(_("Independent"), OF_VALUE, EARNINGS),
    "rate_referral": Words(_("Referral"), OF_VALUE, EARNINGS),
    "rate_influence": Words(_("Influence"), OF_VALUE, EARNINGS),
    "rate_managed_yearly": Words(_("Managed, each year"), _("Per cent of what recurs in a year."), EARNINGS),
    "payable_after_days": Words(_("Payable after"), _("Days from the win, 0 to 365: refunds come early."), EARNINGS),
    "renewal_share": Words(_("Renewals"), _("Per cent of the rate for new business."), EARNINGS),
    "volume_rebate.period": Words(
        _("Volume rebate, reckoned each"), _("Calendar quarter or year, on each partner's wall."), REBATE
    ),
    "volume_rebate.steps": Words(
        _("Steps of the volume rebate"),
        _("For resellers; one on each line: currency, volume, per cent of all of it. Such as EUR 250000 2."),
        REBATE,
    ),
    "price_hold.months_msp": Words(_("Prices held for MSPs"), _("Months from the approval on; 0: not held."), HOLD),
    "price_hold.months_mssp": Words(_("Prices held for MSSPs"), _("Months from the approval on; 0: not held."), HOLD),
    "price_hold.products": Words(
        _("Products with held prices"), _("Their short names, one on each line. Empty: all of them."), HOLD
    ),
    "direct_touch_days": Words(
        _("A touch of our own sales counts for"), _("Days before a registration, 1 to 365."), PREVAILS
    ),
    "case_business_days": Words(
        _("Cases of our own sales are decided within"), _("Business days of the account manager, 1 to 365."), PROTECTION
    ),
    "co_sell_business_days": Words(
        _("A request to sell together is answered within"),
        _("Business days of whoever is asked, 1 to 365."),
        PROTECTION,
    ),
    "record_reminder_days": Words(
        _("Partners of record are asked for proof"), _("Days before their year ends, such as 90, 30, 7."), EARNINGS
    ),
    "seller_uplift": Words(
        _("Our seller's uplift"), _("Per cent of the value of a direct deal with a partner attached."), EARNINGS
    ),
    "acknowledgement_needed": Words(
        _("Nobody registers before the rules are acknowledged"),
        _("Counts from the first moment of a version: give partners time by publishing it ahead."),
        DECIDING,
    ),
    "hoarding_base": Words(
        _("Open registrations before somebody looks"), _("For a partner whose deals all fade away."), REGISTERING
    ),
    "hoarding_span": Words(
        _("And at most so many more"), _("For a partner whose deals all come to a decision."), REGISTERING
    ),
    "hoarding_prior_progressed": Words(
        _("Deals that came to a decision, to begin with"), _("Added to what a partner has."), REGISTERING
    ),
    "hoarding_prior_closed": Words(
        _("Closed deals, to begin with"), _("Added to the partner's of the last 12 months."), REGISTERING
    ),
} | {
    f"precedence.{kind}.{part}": words
    for kind in KINDS
    for part, words in (
        ("weight", Words(capfirst(KIND_WORDS[kind]), _("The most it may weigh."), PREVAILS)),
        ("place", Words(_("Place"), _("The lower is named first."), PREVAILS)),
    )
}
OPTIONS = {"block": _("Stands in the way"), "review": _("Somebody looks at it"), "hint": _("Only noted")}
OPTIONS |= {"quarter": _("Quarter"), "year": _("Year")}

PAPERS.register(
    SCHEMA,
    Paper(
        title=_("Rules of engagement"),
        description=_("How deals are registered, decided and protected, and what they earn. Partners acknowledge it."),
        words=WORDS,
        options=OPTIONS,
        clauses=clauses,
        address=lambda number: reverse("rules-version", args=[number]),
    ),
)
