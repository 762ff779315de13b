"""The life of a list, and what became of its rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to choose")
    WORKING = "working", _("Being compared")
    DONE = "done", _("Compared")
    FAILED = "failed", _("Stopped")


class Band(models.TextChoices):
    """As the engine's, and what it has no word for: nobody is like this row, or it cannot be read."""

    BLOCK = "block", _("Known")
    REVIEW = "review", _("To look at")
    HINT = "hint", _("A hint")
    NONE = "none", _("Unknown")
    REFUSED = "refused", _("Not read")


TONES = {State.DONE: "good", State.FAILED: "bad", State.WORKING: "info"}
BAND_TONES = {Band.BLOCK: "accent", Band.REVIEW: "warn", Band.HINT: "info", Band.REFUSED: "bad"}
