"""The thresholds of matching change with an effective date, like every rule of the programme."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from deals.quality.policies import can_publish
from prm.accounts.models import User
from prm.errors import NotAllowed
from prm.matching.rulebook import SCHEMA
from prm.policy.actions import publish
from prm.policy.models import PolicyVersion


@transaction.atomic
def publish_thresholds(
    *,
    review_from: Decimal,
    block_from: Decimal,
    effective_from: datetime | None = None,
    note: str = "",
    after: int,
    by: User,
    now: datetime,
) -> PolicyVersion:
    """Publish the next version; without a moment it begins at once. Undecided registrations are checked again then.

    `after` is the number of the newest version that was read: StateConflict when there is another by now.
    """
    if not can_publish(by):
        raise NotAllowed(_("Your role does not allow this."))
    values = {"review_from": review_from, "block_from": block_from}
    begins = now if effective_from is None else effective_from
    return publish(schema=SCHEMA, values=values, effective_from=begins, note=note, after=after, by=by, now=now)
