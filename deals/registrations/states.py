"""States of a registration, their named sets and the one table of transitions."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("In review")
    ASKED = "asked", _("Question open")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    LAPSED = "lapsed", _("Lapsed")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    EXPIRED = "expired", _("Expired")
    REVERSED = "reversed", _("Reversed")


UNDECIDED = frozenset({State.SUBMITTED, State.ASKED})
OPEN = UNDECIDED | {State.APPROVED}
CLOSED = frozenset({State.WON, State.REVERSED})
FINAL = frozenset(State) - OPEN - {State.DRAFT}
# What the tone of a state's pill is; absent: neutral.
TONES = {
    State.ASKED: "warn",
    State.APPROVED: "good",
    State.WON: "good",
    State.REJECTED: "bad",
    State.LAPSED: "bad",
    State.EXPIRED: "bad",
    State.REVERSED: "bad",
}


class Verb(StrEnum):
    EDIT = "edit"
    DISCARD = "discard"
    SUBMIT = "submit"
    ASK = "ask"
    ANSWER = "answer"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    REJECT = "reject"
    PROPOSE = "propose"
    TEAM = "team"
    WIN = "win"
    LOSE = "lose"
    EXTEND = "extend"
    EXTENSION = "extension"
    EXPIRE = "expire"
    LAPSE = "lapse"
    REFUND = "refund"
    APPEAL = "appeal"
    APPEAL_DECISION = "appeal_decision"
    REVERSE = "reverse"


# verb: (the state it needs, the state it leads to; None: it stays as it is)
TRANSITIONS: dict[Verb, tuple[frozenset[State], State | None]] = {
    Verb.EDIT: (frozenset({State.DRAFT}), State.DRAFT),
    Verb.DISCARD: (frozenset({State.DRAFT}), State.DRAFT),
    Verb.SUBMIT: (frozenset({State.DRAFT}), State.SUBMITTED),
    Verb.ASK: (frozenset({State.SUBMITTED}), State.ASKED),
    Verb.ANSWER: (frozenset({State.ASKED}), State.SUBMITTED),
    Verb.WITHDRAW: (UNDECIDED, State.WITHDRAWN),
    Verb.APPROVE: (frozenset({State.SUBMITTED}), State.APPROVED),
    Verb.REJECT: (frozenset({State.SUBMITTED}), State.REJECTED),
    Verb.PROPOSE: (frozenset({State.SUBMITTED}), State.SUBMITTED),
    # Once both have accepted; until then it stays as it was.
    Verb.TEAM: (frozenset({State.SUBMITTED, State.APPROVED}), State.APPROVED),
    Verb.WIN: (frozenset({State.APPROVED}), State.WON),
    Verb.LOSE: (frozenset({State.APPROVED}), State.LOST),
    Verb.EXTEND: (frozenset({State.APPROVED}), State.APPROVED),
    Verb.EXTENSION: (frozenset({State.APPROVED}), State.APPROVED),
    Verb.EXPIRE: (frozenset({State.APPROVED}), State.EXPIRED),
    Verb.LAPSE: (frozenset({State.ASKED}), State.LAPSED),
    # Once everything is refunded; until then it stays won.
    Verb.REFUND: (frozenset({State.WON}), State.REVERSED),
    # What was decided stands, whole or in part; who was right gets a registration that follows it, or money.
    Verb.APPEAL: (frozenset({State.REJECTED, State.APPROVED, State.WON}), None),
    Verb.APPEAL_DECISION: (frozenset({State.REJECTED, State.APPROVED, State.WON, State.LOST, State.EXPIRED}), None),
    # A decision that was wrong, taken back by somebody else.
    Verb.REVERSE: (frozenset({State.APPROVED, State.REJECTED}), State.REVERSED),
}


class Motion(models.TextChoices):
    REFERRAL = "referral", _("Referral: we introduce, you sell")
    RESALE = "resale", _("Resale: we buy and sell on")
    MANAGED = "managed", _("Managed: we run it as a service")
    CO_SELL = "co_sell", _("Co-sell: we sell together")
    INFLUENCE = "influence", _("Influence: we recommend")


class Opportunity(models.TextChoices):
    NEW = "new", _("New business")
    RENEWAL = "renewal", _("Renewal")
    EXPANSION = "expansion", _("Expansion")


class Engagement(models.TextChoices):
    ASSISTED = "assisted", _("Assisted: you lead, we help")
    SHARED = "shared", _("Shared: we do it together")
    INDEPENDENT = "independent", _("Independent: we run the whole sales cycle")


class Origin(models.TextChoices):
    PARTNER = "partner", _("We found it")
    VENDOR = "vendor", _("The vendor found it")
    JOINT = "joint", _("Found together")


class Per(models.TextChoices):
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")
    YEAR = "year", _("year")


class Outcome(models.TextChoices):
    EXCLUSIVE = "exclusive", _("Exclusive")
    TEAMING = "teaming", _("Shared by two partners")
    NON_EXCLUSIVE = "non_exclusive", _("Not exclusive")


class RejectReason(models.TextChoices):
    ALREADY_PROTECTED = "already_protected", _("The customer is already protected")
    DUPLICATE = "duplicate", _("Already registered")
    DIRECT_OPPORTUNITY = "direct_opportunity", _("There is a direct opportunity")
    NAMED_ACCOUNT = "named_account", _("A named account of the vendor")
    EXISTING_CUSTOMER = "existing_customer", _("An existing customer")
    PARTNER_OF_RECORD = "partner_of_record", _("The customer has a partner of record")
    OUTSIDE_TERRITORY = "outside_territory", _("Outside your territory")
    TENDER = "tender", _("A published tender")
    INCOMPLETE = "incomplete", _("Information is missing")
    NOT_QUALIFIED = "not_qualified", _("Not a qualified opportunity")
    OTHER = "other", _("Another reason")


class LossReason(models.TextChoices):
    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("A competitor won")
    NO_DECISION = "no_decision", _("The customer did not decide")
    TIMING = "timing", _("Wrong time")
    FIT = "fit", _("The product did not fit")
    OTHER = "other", _("Another reason")


class OverrideReason(models.TextChoices):
    CUSTOMER_CHOICE = "customer_choice", _("The customer chose this partner")
    EARLIER_UNRESPONSIVE = "earlier_unresponsive", _("The earlier registrant does not respond")
    NOT_THE_SAME = "not_the_same", _("Not the same customer or opportunity")
    CORRECTION = "correction", _("Corrects an earlier mistake")
    OTHER = "other", _("Another reason")
