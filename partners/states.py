"""Closed lists of the hall."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BusinessModel(models.TextChoices):
    """What a partner lives from; it classifies before any tier does."""

    VAR = "var", _("Reseller / VAR")
    MSP = "msp", _("MSP")
    MSSP = "mssp", _("MSSP")
    SYSTEM_INTEGRATOR = "system_integrator", _("System integrator")
    ISV = "isv", _("ISV / technology")
    SERVICE = "service", _("Service")
    REFERRAL = "referral", _("Referral")
    INFLUENCE = "influence", _("Influence / alliance")
    AFFILIATE = "affiliate", _("Affiliate")
    MARKETPLACE = "marketplace", _("Marketplace seller")


class Size(models.TextChoices):
    MICRO = "micro", _("Micro (up to 9 people)")
    SMALL = "small", _("Small (10 to 49)")
    MEDIUM = "medium", _("Medium (50 to 249)")
    LARGE = "large", _("Large (250 and more)")


class PartnerState(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")


class Segment(models.TextChoices):
    SMALL_BUSINESS = "small_business", _("Small business")
    MID_MARKET = "mid_market", _("Mid-market")
    ENTERPRISE = "enterprise", _("Enterprise")
    PUBLIC_SECTOR = "public_sector", _("Public sector")


class Level(models.TextChoices):
    """How far somebody has come in a competency."""

    ASSOCIATE = "associate", _("Associate")
    PROFESSIONAL = "professional", _("Professional")
    EXPERT = "expert", _("Expert")

    @property
    def and_higher(self) -> "list[Level]":
        """Whoever has come further has this level too."""
        ordered = list(Level)
        return ordered[ordered.index(self) :]


class NameKind(models.TextChoices):
    """How a customer came to another name."""

    FORMER = "former", _("Former name")
    TRANSLATION = "translation", _("Translation")
    TRADE = "trade", _("Trade name")
    MERGED = "merged", _("From a merge")


# What people enter; a merge brings its own.
NAMED_BY_PEOPLE = (NameKind.FORMER, NameKind.TRANSLATION, NameKind.TRADE)


class RevenueKind(models.TextChoices):
    WON = "won", _("Won")
    REVERSED = "reversed", _("Reversed")


class Origin(models.TextChoices):
    PARTNER = "partner", _("Partner")
    VENDOR = "vendor", _("Vendor")
    JOINT = "joint", _("Joint")
