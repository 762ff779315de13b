"""What the scheduler does with the library: owners hear once of what is old, and once of what is hidden for that."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from enablement.library import notices
from enablement.library.actions import SUBJECT
from enablement.library.models import LibraryItem, LibraryItemQuerySet
from prm.audit.actions import record_many

BATCH = 100
Tell = Callable[..., None]


def library_due(*, now: datetime) -> int:
    """How many were told of. What is hidden is so by its date alone: this only says so."""
    today = now.date()
    rows = LibraryItem.objects.all
    told = _in_batches(lambda: rows().stale(today).filter(warned_at=None), "warned_at", "stale", notices.stale, now)
    gone = lambda: rows().hidden(today).filter(hidden_told_at=None)  # noqa: E731
    return told + _in_batches(gone, "hidden_told_at", "hidden", notices.hidden, now)


def _in_batches(due: Callable[[], LibraryItemQuerySet], mark: str, kind: str, tell: Tell, now: datetime) -> int:
    total = 0
    while done := _batch(due(), mark, kind, tell, now):
        total += done
    return total


@transaction.atomic
def _batch(due: LibraryItemQuerySet, mark: str, kind: str, tell: Tell, now: datetime) -> int:
    """What somebody else holds is theirs."""
    items = list(due.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
    LibraryItem.objects.filter(pk__in=[item.pk for item in items]).update(**{mark: now})
    rows: list[tuple[int | None, tuple[str, str], dict[str, Any]]] = [
        (None, (SUBJECT, item.public_id), {"review_on": item.review_on.isoformat()}) for item in items
    ]
    record_many(f"library.{kind}", by=None, now=now, rows=rows)
    tell(items, now=now)
    return len(items)
