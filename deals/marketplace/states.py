"""Closed lists of offers in marketplaces, and what may become of one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Marketplace(models.TextChoices):
    AWS = "aws", "AWS Marketplace"
    MICROSOFT = "microsoft", "Microsoft Marketplace"
    GOOGLE = "google", "Google Cloud Marketplace"
    ORACLE = "oracle", "Oracle Cloud Marketplace"
    RED_HAT = "red_hat", "Red Hat Marketplace"
    SALESFORCE = "salesforce", "Salesforce AppExchange"
    SAP = "sap", "SAP Store"
    SNOWFLAKE = "snowflake", "Snowflake Marketplace"
    OTHER = "other", _("Another marketplace")


class MarketState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SENT = "sent", _("Sent to the buyer")
    ACCEPTED = "accepted", _("Accepted")
    EXPIRED = "expired", _("Expired")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CoSell(models.TextChoices):
    """How far the marketplace's own sellers are with it."""

    NONE = "none", _("No co-sell")
    ASKED = "asked", _("Asked for")
    SHARED = "shared", _("Shared with their sellers")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")


# An expired one is sent again when the marketplace gives it more time, and may have been accepted on its last day.
MOVES: dict[str, frozenset[str]] = {
    MarketState.DRAFT: frozenset({MarketState.SENT, MarketState.ACCEPTED, MarketState.EXPIRED, MarketState.WITHDRAWN}),
    MarketState.SENT: frozenset({MarketState.ACCEPTED, MarketState.EXPIRED, MarketState.WITHDRAWN}),
    MarketState.EXPIRED: frozenset({MarketState.SENT, MarketState.ACCEPTED}),
    MarketState.ACCEPTED: frozenset(),
    MarketState.WITHDRAWN: frozenset(),
}
OPEN = frozenset({MarketState.DRAFT, MarketState.SENT})
ENDED = frozenset({MarketState.ACCEPTED, MarketState.EXPIRED, MarketState.WITHDRAWN})
# Whoever holds one of these may be reminded of its last day.
NEEDS_LAST_DAY = frozenset({MarketState.SENT, MarketState.EXPIRED})
TONES = {
    MarketState.SENT: "accent",
    MarketState.ACCEPTED: "good",
    MarketState.EXPIRED: "bad",
}
CO_SELL_TONES = {CoSell.ASKED: "warn", CoSell.SHARED: "accent", CoSell.APPROVED: "good", CoSell.REJECTED: "bad"}
