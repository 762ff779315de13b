"""What the owner of an item is told when it gets old; without one, everybody who writes."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from enablement.library.models import LibraryItem
from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.accounts.selectors import people_with
from prm.notices.actions import prepare, promise_all
from prm.portal import formats


def stale(items: list[LibraryItem], *, now: datetime) -> None:
    body = _("It was to be reviewed on %(day)s. Without a review it is hidden from partners %(days)d days after that.")
    _tell(items, "stale", _("Review “%(title)s” in the library"), body, now)


def hidden(items: list[LibraryItem], *, now: datetime) -> None:
    body = _("It was to be reviewed on %(day)s. Once somebody says that it still holds, partners see it again.")
    _tell(items, "hidden", _("“%(title)s” is hidden from partners"), body, now)


def _tell(items: list[LibraryItem], what: str, title: str, body: str, now: datetime) -> None:
    writers = {user.pk: user for user in people_with(Permission.LIBRARY_WRITE)} if items else {}
    told = []
    for item in items:
        said = {"title": item.title, "day": formats.day(item.review_on), "days": settings.PRM_LIBRARY_HIDE_DAYS}
        for user in _meant(item, writers):
            told.append(
                prepare(
                    key=f"{item.public_id}-{what}-{item.review_on.isoformat()}-{user.pk}",
                    kind=f"library.{what}",
                    to=user,
                    organisation=user.organisation,
                    title=title % said,
                    body=body % said,
                    path=item.get_absolute_url(),
                    now=now,
                )
            )
    promise_all(told)


def _meant(item: LibraryItem, writers: dict[int, User]) -> list[User]:
    owner = writers.get(item.owner_id) if item.owner_id else None
    return [owner] if owner else list(writers.values())
