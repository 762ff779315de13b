"""Closed lists of leads and of the offers that partners get."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LeadState(models.TextChoices):
    WAITING = "waiting", _("Waits for a partner with room")
    OFFERED = "offered", _("Offered")
    RETURNED = "returned", _("Back with us")
    ACCEPTED = "accepted", _("Accepted")
    CONVERTED = "converted", _("Registered")
    LOST = "lost", _("Lost")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# Nobody is asked at the moment, so what is wanted may still change.
CHANGEABLE = frozenset({LeadState.WAITING, LeadState.RETURNED})
# Nobody has taken it.
FREE = CHANGEABLE | {LeadState.OFFERED}
TAKEN = frozenset({LeadState.ACCEPTED, LeadState.CONVERTED, LeadState.LOST})
LEAD_TONES = {
    LeadState.WAITING: "warn",
    LeadState.OFFERED: "info",
    LeadState.RETURNED: "bad",
    LeadState.ACCEPTED: "good",
    LeadState.CONVERTED: "good",
}


class OfferState(models.TextChoices):
    OPEN = "open", _("To be answered")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Not answered in time")
    WITHDRAWN = "withdrawn", _("Taken back by us")


OFFER_TONES = {OfferState.OPEN: "warn", OfferState.ACCEPTED: "good", OfferState.LAPSED: "bad"}


class Hindrance(models.TextChoices):
    """Why a partner is not asked, or not now."""

    MODEL = "model", _("another business model")
    TERRITORY = "territory", _("another territory")
    SEGMENT = "segment", _("another segment")
    COMPETENCY = "competency", _("not the competency")
    ASKED = "asked", _("asked already")
    FULL = "full", _("as many open offers as one may have")


class DeclineReason(models.TextChoices):
    NO_CAPACITY = "no_capacity", _("No time for it now")
    NO_COMPETENCY = "no_competency", _("Not what we do")
    CONFLICT = "conflict", _("A conflict of interest")
    TERRITORY = "territory", _("Outside our territory")
    KNOWN = "known", _("We work with this customer already")
    OTHER = "other", _("Another reason")


class LeadSource(models.TextChoices):
    CAMPAIGN = "campaign", _("Campaign")
    WEBSITE = "website", _("Website")
    EVENT = "event", _("Event")
    CALL = "call", _("Call or mail")
    INTRODUCTION = "introduction", _("Introduction")
    OTHER = "other", _("Elsewhere")


class Stage(models.TextChoices):
    CONTACTED = "contacted", _("Contacted")
    MEETING = "meeting", _("Met")
    QUALIFIED = "qualified", _("Qualified")
    PROPOSAL = "proposal", _("Offer made")


class LeadLoss(models.TextChoices):
    UNREACHABLE = "unreachable", _("Nobody could be reached")
    NO_NEED = "no_need", _("There is no need")
    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("A competitor won")
    TIMING = "timing", _("Wrong time")
    OTHER = "other", _("Another reason")
