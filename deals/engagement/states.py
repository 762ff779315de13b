"""What can become of an appeal against the engagement that an approval confirmed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from deals.registrations.states import State

# While there are terms that an answer could still change.
STANDING = frozenset({State.APPROVED, State.WON})


class Outcome(models.TextChoices):
    UPHELD = "upheld", _("Upheld: the part that was registered counts")
    KEPT = "kept", _("Kept as it was confirmed")


WAITING = "waiting"
TONES = {WAITING: "warn", Outcome.UPHELD.value: "good", Outcome.KEPT.value: "bad"}
