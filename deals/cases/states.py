"""How a case ends that our own sales opened at a protected customer, and whom that concerns."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CaseState(models.TextChoices):
    OPEN = "open", _("Open")
    WITHDRAWN = "withdrawn", _("Seller stood back")
    ATTACHED = "attached", _("Partner attached")
    PERMITTED = "permitted", _("Permitted")
    BREACH = "breach", _("Breach of the protection")


# What an account manager decides; standing back is the seller's own.
VERDICTS = (CaseState.ATTACHED, CaseState.PERMITTED, CaseState.BREACH)
TONES = {
    CaseState.OPEN: "warn",
    CaseState.WITHDRAWN: "",
    CaseState.ATTACHED: "good",
    CaseState.PERMITTED: "accent",
    CaseState.BREACH: "bad",
}
