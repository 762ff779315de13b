"""What people choose for when the wing tells them something."""

from django.utils.translation import gettext_lazy as _

from prm.notices.kinds import GROUPS, Group, declare

GROUPS.register(
    "certificates", Group(_("Certificates"), _("Awarded, ending, ended, and proofs that are reviewed."), order=28)
)
declare("certificates", "certificate.awarded", "certificate.reminded", "certificate.ended")
declare("certificates", "claim.to_decide", "claim.decided")
