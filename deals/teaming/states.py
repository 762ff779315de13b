from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamState(models.TextChoices):
    """Of a proposal that two partners share one protection."""

    OPEN = "open", _("Both are asked")
    AGREED = "agreed", _("Both have accepted")
    DECLINED = "declined", _("Declined")
    LAPSED = "lapsed", _("Not answered in time")
    TAKEN_BACK = "taken_back", _("Taken back")
    OVERTAKEN = "overtaken", _("Overtaken: one of the two cannot share it any more")


# What keeps a registration from being asked for another team.
CURRENT = frozenset({TeamState.OPEN, TeamState.AGREED})
