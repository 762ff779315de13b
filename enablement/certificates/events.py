"""What is recorded of certificates: ids, codes and dates, for the partner where the person works then."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from enablement.certificates.models import SUBJECT, Certificate
from prm.accounts.models import User
from prm.audit.actions import record
from prm.audit.kinds import EventKind, declare

declare(
    EventKind("certificate.awarded", _("Certificate awarded until {until}"), partner=("until", "certification")),
    EventKind("certificate.renewed", _("Certificate renewed until {until}"), partner=("until", "certification")),
    EventKind("certificate.reminded", _("Reminded: the certificate ends in {days} days"), partner=("days",)),
    EventKind("certificate.ended", _("Certificate ended, still in grace"), partner=()),
    EventKind("certificate.expired", _("Certificate expired"), partner=()),
    EventKind("certificate.revoked", _("Certificate revoked: {reason}"), partner=("reason",)),
)


def record_certificate(
    kind: str, row: Certificate, *, organisation_id: int | None, by: User | None, now: datetime, **data: Any
) -> None:
    about = (SUBJECT, row.public_id)
    record(f"certificate.{kind}", by=by, now=now, organisation_id=organisation_id, subject=about, data=data)
