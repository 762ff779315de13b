from django.db import models
from django.utils.translation import gettext_lazy as _


class PayeeState(models.TextChoices):
    REQUESTED = "requested", _("Waits for a second person")
    ACTIVE = "active", _("In use")
    DECLINED = "declined", _("Declined")
    REPLACED = "replaced", _("Replaced")


class RunState(models.TextChoices):
    DRAFT = "draft", _("Prepared")
    APPROVED = "approved", _("Approved")
    EXPORTED = "exported", _("At the bank")
    CLOSED = "closed", _("Closed")
    DISCARDED = "discarded", _("Discarded")


class PaymentState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    PAID = "paid", _("Paid")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Discarded")


# The file for the bank can be had.
FILED = frozenset({RunState.EXPORTED, RunState.CLOSED})
# What a bank's answer may say of a payment.
RESULTS = frozenset({PaymentState.PAID, PaymentState.FAILED})
TONES = {
    RunState.DRAFT: "warn",
    RunState.APPROVED: "accent",
    RunState.EXPORTED: "accent",
    RunState.CLOSED: "good",
    PaymentState.PAID: "good",
    PaymentState.FAILED: "bad",
    PaymentState.WAITING: "warn",
}
