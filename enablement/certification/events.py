"""What is recorded of certifications: the vendor's alone."""

from django.utils.translation import gettext_lazy as _

from prm.audit.kinds import EventKind, declare

declare(
    EventKind("certification.created", _("Certification defined")),
    EventKind("certification.changed", _("Certification changed: {fields}")),
    EventKind("certification.archived", _("Certification archived: nobody can earn it any more")),
    EventKind("certification.restored", _("Certification offered again")),
)
