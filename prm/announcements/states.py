from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    SCHEDULED = "scheduled", _("Scheduled")
    CURRENT = "current", _("Current")
    PAST = "past", _("Past")
    WITHDRAWN = "withdrawn", _("Withdrawn")
