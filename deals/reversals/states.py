"""Why a decision was wrong."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Mistake(models.TextChoices):
    WRONG_CUSTOMER = "wrong_customer", _("Another customer was meant")
    WRONG_RULE = "wrong_rule", _("A rule was applied wrongly")
    NEW_FACTS = "new_facts", _("Facts came to light that were true already")
    OTHER = "other", _("Another reason")
