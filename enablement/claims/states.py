"""What becomes of a proof that somebody hands in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClaimState(models.TextChoices):
    OPEN = "open", _("Waits for review")
    GRANTED = "granted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Refusal(models.TextChoices):
    UNREADABLE = "unreadable", _("The proof cannot be read or opened")
    NOT_THE_PERSON = "not_the_person", _("It is not about this person")
    NOT_ENOUGH = "not_enough", _("It does not show what is needed")
    TOO_OLD = "too_old", _("It is too old")
    OTHER = "other", _("Another reason")


TONES = {
    ClaimState.OPEN: "warn",
    ClaimState.GRANTED: "good",
    ClaimState.DECLINED: "bad",
    ClaimState.WITHDRAWN: "",
}
