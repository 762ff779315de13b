"""What is said when something is missing; keyed by the codes of rules.missing."""

from django.utils.translation import gettext_lazy as _

MISSING = {
    "required": _("This is needed to register."),
    "too_short": _("Tell us a little more: at least %(count)d characters."),
    "past": _("The expected close lies in the past."),
}
