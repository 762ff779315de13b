"""What can become of an appeal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Outcome(models.TextChoices):
    REFUSED = "refused", _("Refused")
    REINSTATED = "reinstated", _("Upheld: registered again in its old place")
    COMPENSATED = "compensated", _("Upheld: compensated")


class Refusal(models.TextChoices):
    STANDS = "stands", _("The decision was right")
    NOTHING_NEW = "nothing_new", _("What is shown does not change it")
    OTHER = "other", _("Another reason")


WAITING = "waiting"
TONES = {
    WAITING: "warn",
    Outcome.REFUSED.value: "bad",
    Outcome.REINSTATED.value: "good",
    Outcome.COMPENSATED.value: "good",
}
