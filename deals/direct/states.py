"""Where a direct opportunity stands, what a touch was, and what a partner does beside our own seller."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    PROSPECTING = "prospecting", _("Prospecting")
    QUALIFIED = "qualified", _("Qualified")
    PROPOSAL = "proposal", _("Proposal")
    NEGOTIATION = "negotiation", _("Negotiation")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    WITHDRAWN = "withdrawn", _("Stood back")


OPEN_STAGES = (Stage.PROSPECTING, Stage.QUALIFIED, Stage.PROPOSAL, Stage.NEGOTIATION)
OPEN_CHOICES = [(stage.value, stage.label) for stage in OPEN_STAGES]
ENDS = (Stage.WON, Stage.LOST, Stage.WITHDRAWN)
TONES = {Stage.WON: "good", Stage.LOST: "bad", Stage.WITHDRAWN: ""}


class TouchKind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    MAIL = "mail", _("Mail")


class Part(models.TextChoices):
    """How a partner came to a direct opportunity."""

    REFERRAL = "referral", _("Brought it")
    CO_SELL = "co_sell", _("Sells it with us")
