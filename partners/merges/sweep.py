"""The search for customers that look alike, portion by portion."""

from collections.abc import Sequence
from datetime import datetime

from partners.customers.models import Account
from partners.merges.models import AlikePair
from partners.merges.pairs import KIND, PORTION
from partners.merges.selectors import alike, pair_of
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS, Kind


def portion(job: Job, now: datetime) -> None:
    """Customers with the next ids."""
    first = job.done * PORTION
    note_alike(list(Account.objects.present().filter(pk__gt=first, pk__lte=first + PORTION).order_by("pk")), now)


def note_alike(accounts: Sequence[Account], now: datetime) -> None:
    """Whom these look like. What was found before and nobody judged is found again, or is no more."""
    AlikePair.objects.filter(one__in=accounts, dismissed_at=None).delete()
    found = [pair_of(account, other, match) for account in accounts for other, match in alike(account)]
    for pair in found:
        pair.found_at = now
    AlikePair.objects.bulk_create(found, ignore_conflicts=True)


def _nothing(_job: Job, _now: datetime) -> None:
    """What was found stands; whoever wants the rest has it searched again."""


KINDS.register(KIND, Kind(portion=portion, failed=_nothing, finished=_nothing))
