"""The ways in which a notice reaches its person. In the portal it stands in any case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    AT_ONCE = "at_once", _("By mail, at once")
    DAILY = "daily", _("By mail, once a day")
    PORTAL = "portal", _("Only in the portal")
