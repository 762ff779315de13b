"""The people of the demo programme, with a password that everybody knows; see PRM_DEMO."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PASSWORD = "demo"  # noqa: S105 - it is meant to be known

# Side, then address and what the person does.
LOGINS: list[tuple[str | Promise, list[tuple[str, str | Promise]]]] = [
    (
        _("Vendor"),
        [
            ("pam@vendor.example", _("Partner account manager")),
            ("pam2@vendor.example", _("Another account manager")),
            ("admin@vendor.example", _("Programme admin")),
            ("seller@vendor.example", _("Direct seller")),
            ("expert@vendor.example", _("Expert")),
            ("finance@vendor.example", _("Finance")),
            ("exec@vendor.example", _("Executive")),
        ],
    ),
    (
        _("Partners"),
        [
            ("admin@helix.example", _("Helix, partner admin")),
            ("rep@helix.example", _("Helix, sales rep")),
            ("marketing@helix.example", _("Helix, marketing")),
            ("admin@orbit.example", _("Orbit, partner admin")),
            ("rep@orbit.example", _("Orbit, sales rep")),
        ],
    ),
]
