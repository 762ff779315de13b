"""Choosing, and what that means for what waits."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput
from prm.notices import doorbell
from prm.notices.choices.models import NoticeChoice
from prm.notices.choices.selectors import chosen, next_mornings
from prm.notices.kinds import choosable_for, kinds_of
from prm.notices.models import Notice
from prm.notices.states import Delivery


@transaction.atomic
def choose(*, values: Mapping[str, str], by: User, now: datetime) -> None:
    """Set how the person is told, by group; groups that are not named stay. A group or way that is unknown is
    InvalidInput. What waits for a digest follows: it goes now, or stays in the portal.
    """
    _check(values, by)
    _hold(by)
    before = chosen(by)
    changed = {group: Delivery(value) for group, value in values.items() if before[group] != value}
    if not changed:
        return
    rows = [NoticeChoice(user=by, group=group, delivery=way, changed_at=now) for group, way in changed.items()]
    NoticeChoice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "group"], update_fields=["delivery", "changed_at"]
    )
    Notice.objects.waiting().filter(user=by).of_former_members().update(delivery=Delivery.PORTAL)
    for group, way in changed.items():
        _move(by, group, way, now)
    _record(changed, by, now)


@transaction.atomic
def follow_clock(*, user: User, now: datetime) -> None:
    """The person's time zone is another: the next digest comes in the morning of that one."""
    _hold(user)
    Notice.objects.waiting().filter(user=user).update(due_at=next_mornings([user.pk], now)[user.pk])


def _check(values: Mapping[str, str], by: User) -> None:
    offered = choosable_for(by)
    errors = {group: [_("There is nothing to choose here.")] for group in values if group not in offered}
    known = ", ".join(Delivery.values)
    for group, value in values.items():
        if group in offered and value not in Delivery.values:
            errors[group] = [_("Choose one of: %(known)s.") % {"known": known}]
    if errors:
        raise InvalidInput(errors)


def _hold(user: User) -> None:
    """A digest is gathered under the same lock."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _move(user: User, group: str, way: Delivery, now: datetime) -> None:
    waiting = Notice.objects.waiting().filter(user=user, kind__in=kinds_of(group))
    if way == Delivery.PORTAL:
        waiting.update(delivery=way)
    elif way == Delivery.AT_ONCE and waiting.update(delivery=way, due_at=now):
        doorbell.ring_after_commit()


def _record(changed: Mapping[str, Delivery], by: User, now: datetime) -> None:
    organisation = by.organisation if by.is_partner else None
    record(
        "person.notifications_changed",
        by=by,
        now=now,
        organisation_id=organisation.pk if organisation else None,
        subject=("user", by.public_id),
        data={"choices": [f"{group}: {way.value}" for group, way in changed.items()]},
    )
