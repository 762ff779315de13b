"""Closed lists of selling together: who asks for what, who does what, and how it ends."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Party(models.TextChoices):
    PARTNER = "partner", _("Partner")
    VENDOR = "vendor", _("Vendor")


class CoSellState(models.TextChoices):
    ASKED = "asked", _("Asked")
    ACTIVE = "active", _("Selling together")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Taken back")
    ENDED = "ended", _("Ended")


OPEN_STATES = frozenset({CoSellState.ASKED, CoSellState.ACTIVE})
TONES = {
    CoSellState.ASKED: "warn",
    CoSellState.ACTIVE: "good",
    CoSellState.DECLINED: "bad",
    CoSellState.WITHDRAWN: "",
    CoSellState.ENDED: "",
}


class Help(models.TextChoices):
    """What is wanted of the other side."""

    INTRODUCTION = "introduction", _("An introduction or contacts")
    TECHNICAL = "technical", _("Technical help: demo, proof of concept")
    COMMERCIAL = "commercial", _("Prices, offer and contract")
    EXECUTIVE = "executive", _("An executive who talks to theirs")
    DELIVERY = "delivery", _("Services and delivery")
    OTHER = "other", _("Something else")


class Role(models.TextChoices):
    """Who does what; each is taken by one side."""

    LEAD = "lead", _("Leads the sale")
    TECHNICAL = "technical", _("Technical questions")
    COMMERCIAL = "commercial", _("Prices and contract")
    EXECUTIVE = "executive", _("Executives")
    DELIVERY = "delivery", _("Delivery")


class Refusal(models.TextChoices):
    NO_CAPACITY = "no_capacity", _("Nobody has time for it")
    TOO_EARLY = "too_early", _("Too early")
    NOT_OURS = "not_ours", _("We cannot give this kind of help")
    OTHER = "other", _("Another reason")


class Result(models.TextChoices):
    DONE = "done", _("What was wanted is done")
    NOT_NEEDED = "not_needed", _("No longer needed")
    STOPPED = "stopped", _("It did not work out")
    WON = "won", _("The deal is won")
    LOST = "lost", _("The deal is lost")
    DEAL_ENDED = "deal_ended", _("The registration has ended")


# What people say; the others follow from what becomes of the deal.
SAID = (Result.DONE, Result.NOT_NEEDED, Result.STOPPED)
SAID_CHOICES = [(result.value, result.label) for result in SAID]
# What ends it whatever people say, by kind of event.
ENDED_BY: Mapping[str, Result] = {
    "deal.won": Result.WON,
    "deal.lost": Result.LOST,
    "deal.rejected": Result.DEAL_ENDED,
    "deal.withdrawn": Result.DEAL_ENDED,
    "deal.lapsed": Result.DEAL_ENDED,
    "deal.expired": Result.DEAL_ENDED,
    "deal.reversed": Result.DEAL_ENDED,
}
