"""What is said when days cannot be taken; keyed by the codes of rules.refused."""

from django.utils.translation import gettext_lazy as _

REFUSED = {
    "past": _("Clocks that run have counted earlier days: give %(from)s or a later day."),
    "order": _("The last day comes before the first."),
    "long": _("Give at most %(most)d days at once."),
}
