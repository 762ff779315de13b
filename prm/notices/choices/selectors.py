"""Who has chosen what, and whose clock counts. Each is one query for any number of people."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import FilteredRelation, Q

from prm.accounts.models import User
from prm.notices.choices.models import NoticeChoice
from prm.notices.choices.rules import next_morning
from prm.notices.kinds import choosable_for
from prm.notices.states import Delivery
from prm.questions import Question

_made = Question(
    lambda users: NoticeChoice.objects.filter(user__any_of=users).exclude(delivery=Delivery.AT_ONCE).order_by(), list
)


def choices_among(users: Collection[int]) -> dict[tuple[int, str], Delivery]:
    """By user and group, wherever it is not `at once`."""
    return {(row.user_id, row.group): Delivery(row.delivery) for row in _made.all(list(users))}


def chosen(user: User) -> dict[str, Delivery]:
    """For each group that the person may choose for, in order."""
    known = choices_among([user.pk])
    return {group: known.get((user.pk, group), Delivery.AT_ONCE) for group in choosable_for(user)}


def zones_of(users: Collection[int]) -> dict[int, str]:
    """The person's own time zone, else the present organisation's."""
    rows = User.objects.filter(pk__in=users).annotate(
        present=FilteredRelation("memberships", condition=Q(memberships__ended_at=None))
    )
    found = rows.values_list("pk", "time_zone", "present__organisation__time_zone")
    return {pk: own or shared or "UTC" for pk, own, shared in found}


def next_mornings(users: Collection[int], now: datetime) -> dict[int, datetime]:
    """When the next digest of each would come."""
    return {user: next_morning(now, zone) for user, zone in zones_of(users).items()} if users else {}


def last_change(user: User) -> datetime | None:
    found = NoticeChoice.objects.filter(user=user).order_by("-changed_at").values_list("changed_at", flat=True)
    return found.first()
