"""The digest: what waits for somebody's morning becomes one notice, which the relay delivers like any other."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.notices.choices.selectors import next_mornings, zones_of
from prm.notices.models import DIGEST, Notice, NoticeQuerySet
from prm.notices.relay import WORK
from prm.notices.states import Delivery

# People at a time, and the most lines that one of them reads; the rest is counted.
PEOPLE = 50
LINES = 50


@transaction.atomic
def gather_due(now: datetime | None = None) -> int:
    """Make the digests whose morning has come. Returns for how many people something was done.

    Its key names person and day, so that there is one at most: what comes later that day waits for the next.
    """
    now = now or database_now()
    due = Notice.objects.waiting().filter(due_at__lte=now)
    held = list(_held(due))
    if not held:
        return 0
    mine = due.filter(user__in=held)
    mine.of_former_members().update(delivery=Delivery.PORTAL)
    # Asked again under the lock: whoever held it before may have done it.
    keys = _keys(set(mine.order_by().values_list("user_id", flat=True).distinct()), now)
    served = set(Notice.objects.filter(key__in=keys.values()).values_list("user_id", flat=True))
    _put_off(mine.filter(user__in=served), next_mornings(served, now))
    _gather(mine, {user: key for user, key in keys.items() if user not in served}, now)
    return len(held)


def _held(due: NoticeQuerySet) -> QuerySet[User, int]:
    people = User.objects.filter(pk__in=due.order_by().values("user")).order_by("pk")
    return people.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)[:PEOPLE]


def _keys(users: set[int], now: datetime) -> dict[int, str]:
    zones = zones_of(users) if users else {}
    return {user: f"digest-{user}-{local_date(now, zone):%Y%m%d}" for user, zone in zones.items()}


def _put_off(notices: NoticeQuerySet, mornings: Mapping[int, datetime]) -> None:
    if mornings:
        notices.update(due_at=_by_user(mornings))


def _by_user(values: Mapping[int, Any]) -> Case:
    return Case(*[When(user_id=user, then=Value(value)) for user, value in values.items()])


def _gather(mine: NoticeQuerySet, keys: Mapping[int, str], now: datetime) -> None:
    if not keys:
        return
    made = Notice.objects.bulk_create([_digest(user, key, now) for user, key in keys.items()])
    by_user = {digest.user_id: digest.pk for digest in made if digest.user_id}
    mine.filter(user__in=by_user).update(digest=_by_user(by_user))
    _write(made)


def _digest(user: int, key: str, now: datetime) -> Notice:
    """Read already: what it tells of stands in the portal by itself."""
    return Notice(key=key, kind=DIGEST, user_id=user, path="/notices/", created_at=now, due_at=now, read_at=now)


def _write(digests: list[Notice]) -> None:
    """Title and lines from what was gathered, for all of them in two questions."""
    gathered = Notice.objects.filter(digest__in=digests)
    counted = gathered.order_by().values("digest").annotate(number=Count("pk"))
    numbers = {row["digest"]: row["number"] for row in counted}
    nth = Window(RowNumber(), partition_by="digest", order_by="pk")
    lines: dict[int | None, list[str]] = defaultdict(list)
    for notice in gathered.annotate(nth=nth).filter(nth__lte=LINES).order_by("pk").only("title", "path", "digest"):
        lines[notice.digest_id].append(_line(notice))
    for digest in digests:
        _fill(digest, numbers[digest.pk], lines[digest.pk])
    Notice.objects.bulk_update(digests, ["title", "body"])


def _line(notice: Notice) -> str:
    return f"- {notice.title}" + (f"\n  {settings.PRM_BASE_URL}{notice.path}" if notice.path else "")


def _fill(digest: Notice, number: int, lines: list[str]) -> None:
    digest.title = ngettext("%(n)d notice of the partner programme", "%(n)d notices of the partner programme", number)
    digest.title %= {"n": number}
    more = number - len(lines)
    parts = [*lines, _("… and %(n)d more.") % {"n": more}] if more else lines
    digest.body = "\n\n".join([*parts, _("All of them:")])


WORK.register("notices.digests", gather_due)
