from django.db import models
from django.utils.translation import gettext_lazy as _


class VersionState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    BEGUN = "begun", _("Has begun")
    WITHDRAWN = "withdrawn", _("Taken back")
