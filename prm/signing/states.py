"""What can be wrong with a chain of receipts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Flaw(models.TextChoices):
    UNREADABLE = "unreadable", _("Step %(seq)s cannot be read: it is no signed receipt.")
    UNKNOWN_KEY = "unknown_key", _("Step %(seq)s names a key that this programme has never published.")
    SIGNATURE = "signature", _("Step %(seq)s was changed: its signature does not fit what it says.")
    OUT_OF_TIME = "out_of_time", _("Step %(seq)s is signed with a key that was not in use at that moment.")
    SEQUENCE = "sequence", _("Step %(seq)s stands in the wrong place: a step is missing, or the order was changed.")
    BROKEN = "broken", _("Step %(seq)s does not follow from the step before it.")
    MOVED = "moved", _("Step %(seq)s speaks of another deal, partner or place in line than the first one.")
    ALTERED = "altered", _("Step %(seq)s is kept under another digest or number than its own.")
    DIFFERS = "differs", _("Step %(seq)s says something else than the programme's own records.")
    MISSING = "missing", _("Something happened after step %(seq)s that no receipt was issued for.")
    ROOT = "root", _("The published root of a day does not fit what was issued on it (root %(seq)s).")
