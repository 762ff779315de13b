from datetime import date, datetime
from typing import Any

from deals.events import SUBJECT
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.actions import record


def record_deal(
    kind: str, registration: Registration, *, by: User | None, now: datetime, data: dict[str, Any] | None = None
) -> None:
    """One event about a registration; moments and dates in `data` become ISO text."""
    record(
        kind,
        by=by,
        now=now,
        organisation_id=registration.partner.organisation_id,
        subject=(SUBJECT, registration.public_id),
        data={name: plain(value) for name, value in (data or {}).items()},
    )


def plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
