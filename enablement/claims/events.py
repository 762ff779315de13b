"""What is recorded of proofs: ids and codes."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from enablement.claims.models import SUBJECT, Claim
from prm.accounts.models import User
from prm.audit.actions import record
from prm.audit.kinds import EventKind, declare

declare(
    EventKind("claim.handed_in", _("Proof of a certification handed in"), partner=("certification",)),
    EventKind("claim.granted", _("Proof accepted"), partner=("certificate",)),
    EventKind("claim.declined", _("Proof declined: {reason}"), partner=("reason",)),
    EventKind("claim.withdrawn", _("Proof withdrawn"), partner=()),
)


def record_claim(kind: str, row: Claim, *, by: User | None, now: datetime, **data: Any) -> None:
    about, where = (SUBJECT, row.public_id), row.partner.organisation_id
    record(f"claim.{kind}", by=by, now=now, organisation_id=where, subject=about, data=data)
