"""How a partner became, and ceased to be, the partner of record of a customer."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RecordState(models.TextChoices):
    ASKED = "asked", _("Waits for confirmation")
    STANDING = "standing", _("Partner of record")
    REFUSED = "refused", _("Not confirmed")
    ENDED = "ended", _("Ended")


class Source(models.TextChoices):
    ASKED = "asked", _("Asked for by the partner")
    APPOINTED = "appointed", _("Appointed by the vendor")
    WON = "won", _("Won a managed deal")


class Ending(models.TextChoices):
    TIME = "time", _("The year ended without proof")
    CUSTOMER = "customer", _("The customer consented to another partner")
    VENDOR = "vendor", _("Ended by the account manager")


# Those with a period: it counts for what was earned in it, whether or not it is over.
WITH_PERIOD = (RecordState.STANDING, RecordState.ENDED)
TONES = {
    RecordState.ASKED: "warn",
    RecordState.STANDING: "good",
    RecordState.REFUSED: "bad",
    RecordState.ENDED: "",
}
