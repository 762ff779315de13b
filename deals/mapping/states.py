"""The life of a list that a partner maps, and what its rows are to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MapState(models.TextChoices):
    UPLOADED = "uploaded", _("Columns to choose")
    WORKING = "working", _("Being compared")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Stopped")


class Relation(models.TextChoices):
    CUSTOMER = "customer", _("Customer")
    PROSPECT = "prospect", _("Prospect")


TONES = {MapState.UPLOADED: "warn", MapState.WORKING: "info", MapState.DONE: "good", MapState.FAILED: "bad"}
