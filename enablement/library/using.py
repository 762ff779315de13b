"""What readers leave behind: what they keep for themselves, and that they used something."""

from datetime import datetime

from django.db import transaction

from enablement.library.models import Favourite, LibraryItem, LibraryUse, LibraryVersion
from enablement.library.states import Use
from prm.accounts.models import User


@transaction.atomic
def keep(*, item: LibraryItem, kept: bool, by: User, now: datetime) -> None:
    """Among the favourites, or no longer; a second time changes nothing."""
    if kept:
        Favourite.objects.bulk_create([Favourite(item=item, created_at=now, created_by=by)], ignore_conflicts=True)
    else:
        Favourite.objects.filter(item=item, created_by=by).delete()


def note_use(*, version: LibraryVersion, what: Use, by: User, now: datetime) -> None:
    """Once a day and person."""
    if by.organisation is not None:
        row = LibraryUse(
            item_id=version.item_id,
            version=version,
            organisation=by.organisation,
            what=what,
            used_on=now.date(),
            used_at=now,
            used_by=by,
        )
        LibraryUse.objects.bulk_create([row], ignore_conflicts=True)


def served(public_id: str, by: User, now: datetime) -> None:
    """Its file was handed out. An old version that a writer looks at again is no use of it."""
    version = LibraryVersion.objects.filter(public_id=public_id, current_of__isnull=False).first()
    if version is not None:
        note_use(version=version, what=Use.DOWNLOADED, by=by, now=now)
