"""How far the first refusal of one of those who had asked has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Turn(models.TextChoices):
    WAITING = "waiting", _("Waits for its turn")
    OFFERED = "offered", _("First refusal runs")
    TAKEN = "taken", _("Taken up")
    DECLINED = "declined", _("Declined")
    SILENT = "silent", _("Not answered")
    ENDED = "ended", _("Taken up, and not protected")
    OVER = "over", _("Decided without it")


# One of these at a time for each release.
LIVE = (Turn.OFFERED, Turn.TAKEN)
