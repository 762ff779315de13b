from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("person.invited", _("Colleague invited as {roles}"), partner=("roles",)),
    EventKind("person.invitation_revoked", _("Invitation withdrawn"), partner=()),
    EventKind("person.joined", _("Joined as {roles}"), partner=("roles",)),
    EventKind("person.roles_changed", _("Roles changed to {roles}"), partner=("roles",)),
    EventKind("person.profile_changed", _("Profile changed"), partner=()),
    EventKind("person.left", _("Membership ended"), partner=()),
    EventKind("person.password_changed", _("Password changed"), partner=()),
    EventKind("person.logged_out_elsewhere", _("Logged out everywhere else"), partner=()),
    EventKind("person.second_step_added", _("Second step added: {kind}"), partner=("kind",)),
    EventKind("person.second_step_removed", _("Second step removed: {kind}"), partner=("kind",)),
    EventKind("person.second_step_reset", _("Second step reset"), partner=()),
    EventKind("person.recovery_codes_made", _("Recovery codes made"), partner=()),
    EventKind("person.recovery_code_used", _("Logged in with a recovery code, {left} left"), partner=("left",)),
    EventKind("token.created", _("API token created"), partner=()),
    EventKind("token.revoked", _("API token revoked"), partner=()),
    EventKind("policy.published", _("Rules published: {schema}, version {number}")),
)
