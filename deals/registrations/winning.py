"""How soon after its approval a deal was won."""

from datetime import datetime

from deals.registrations import rules
from deals.registrations.models import Registration
from deals.rulebook import SCHEMA, DealRules
from prm.policy.selectors import current


def is_early(registration: Registration, now: datetime) -> bool:
    """So soon after the approval that a reason is needed."""
    approved_at = registration.decided_at
    return approved_at is not None and rules.is_early(approved_at, now, current(SCHEMA, DealRules, now=now).values)


def hours_since_approval(registration: Registration, now: datetime) -> int:
    return rules.hours_between(registration.decided_at or now, now)
