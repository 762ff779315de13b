from django.db import models
from django.utils.translation import gettext_lazy as _


class Quotation(models.TextChoices):
    """The two ways in which a rate is said, as banks call them."""

    # What one unit of the other currency is worth in the programme's.
    DIRECT = "direct", _("One unit of the other currency, in the programme's")
    # What one unit of the programme's currency is worth in the other one, as the ECB publishes it.
    INDIRECT = "indirect", _("One unit of the programme's currency, in the other")
