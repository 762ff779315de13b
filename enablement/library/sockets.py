"""What the library hangs into the foundations' sockets."""

from datetime import UTC, datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enablement.library import policies
from enablement.library.actions import FILES, SUBJECT
from enablement.library.listing import BEST
from enablement.library.models import LibraryItem, LibraryVersion
from enablement.library.using import served
from prm.accounts.models import User
from prm.accounts.roles import Side
from prm.clocks.database import database_now
from prm.files.sockets import OWNERS, Owner
from prm.notices.kinds import GROUPS, Group, declare
from prm.portal.sockets import NAVIGATION, SEARCH, SUBJECTS, WORK, NavItem, SearchHit, SubjectLink, WorkItem

GROUPS.register(
    "library",
    Group(
        gettext_lazy("Library"),
        gettext_lazy("What you have written and somebody has to look at again."),
        order=45,
        sides=frozenset({Side.VENDOR}),
    ),
)
declare("library", "library.stale", "library.hidden")
NAVIGATION.register(
    "library", NavItem(gettext_lazy("Library"), "library", order=60, section=gettext_lazy("Enablement"))
)
OWNERS.register(FILES, Owner(lambda user, now: LibraryVersion.objects.visible_to(user, now.date()), served))


def links(user: User, ids: list[str]) -> dict[str, SubjectLink]:
    rows = LibraryItem.objects.visible_to(user, database_now().date()).filter(public_id__in=ids)
    return {row.public_id: SubjectLink(row.title, row.get_absolute_url()) for row in rows}


SUBJECTS.register(SUBJECT, links)


def search(user: User, text: str, limit: int) -> list[SearchHit]:
    rows = LibraryItem.objects.visible_to(user, database_now().date()).published().matching(text)
    found = rows.order_by(*BEST)[:limit]
    return [SearchHit(row.title, row.get_absolute_url(), _("Library"), row.get_kind_display()) for row in found]


SEARCH.register("library", search)


def to_review(user: User, now: datetime, limit: int) -> list[WorkItem]:
    """For its owner: what nobody has looked at since its date."""
    if not policies.can_write(user):
        return []
    rows = LibraryItem.objects.stale(now.date()).filter(owner=user).order_by("review_on", "pk")[:limit]
    return [
        WorkItem(
            title=row.title,
            url=row.get_absolute_url(),
            what=_("Say whether it still holds, or write it anew"),
            due_at=datetime.combine(row.review_on, time(), UTC),
        )
        for row in rows
    ]


WORK.register("library.review", to_review)
