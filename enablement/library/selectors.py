"""Questions about the library that span its tables."""

from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from enablement.library.models import LibraryCollection, LibraryItem
from enablement.library.states import Use

SHOWN = 20


def used_by_organisation(item: LibraryItem) -> list[dict[str, Any]]:
    """Who used it, the latest first: days and people on which it was opened and downloaded."""
    counted = item.uses.values("organisation__name").annotate(
        opened=Count("pk", filter=Q(what=Use.OPENED)),
        downloaded=Count("pk", filter=Q(what=Use.DOWNLOADED)),
        people=Count("used_by", distinct=True),
        last_at=Max("used_at"),
    )
    return [dict(row) for row in counted.order_by("-last_at", "organisation__name")[:SHOWN]]


def collections() -> QuerySet[LibraryCollection]:
    return LibraryCollection.objects.annotate(size=Count("items"))
