from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Steps that change what was promised."""

    REGISTERED = "registered", _("Registered")
    DECIDED = "decided", _("Decided")
    EXTENDED = "extended", _("Extended")
    ENDED = "ended", _("Ended")
    APPEALED = "appealed", _("Appealed")
    AMENDED = "amended", _("Terms amended")
