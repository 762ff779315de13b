"""Closed lists of certifications."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What the competency is about."""

    PRODUCT = "product", _("Product")
    INDUSTRY = "industry", _("Industry")
    EDUCATIONAL = "educational", _("Educational")


class Proof(models.TextChoices):
    """How it is shown that somebody can do it."""

    EXTERNAL = "external", _("Proof from outside, reviewed by a person")
    AWARD = "award", _("Awarded by the programme alone")


class Offer(models.TextChoices):
    """Whether somebody can still earn it."""

    OFFERED = "offered", _("Offered")
    ARCHIVED = "archived", _("Archived")
