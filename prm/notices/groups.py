"""What the outbox itself declares: mail that guards a login, or what was promised, is nobody's choice."""

from django.utils.translation import gettext_lazy as _

from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "security",
    Group(
        _("Login and security"),
        _("Invitations, new passwords, second steps."),
        order=100,
        mandatory=True,
    ),
)
declare(
    "security",
    *("person.invited", "person.password_reset", "signing.broken"),
    *(f"person.second_step_{what}" for what in ("added", "removed", "recovery", "reset")),
)
