from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    ONCE = "once", _("Earned")
    YEARLY = "yearly", _("Earned for the year")
    COMPENSATION = "amends", _("Compensation")
    REBATE = "rebate", _("Volume rebate")
    REVERSAL = "reversal", _("Taken back")
    PAYOUT = "payout", _("Paid out")


# What a refund takes back, and everything that is owed.
SHARED = frozenset({Kind.ONCE, Kind.YEARLY, Kind.REBATE})
EARNED = SHARED | {Kind.COMPENSATION}
TONES = dict.fromkeys(EARNED, "good") | {Kind.REVERSAL: "bad", Kind.PAYOUT: "accent"}
