"""Promise, read. Delivery is the relay's (prm.notices.relay)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.audit.actions import record_many
from prm.errors import NotAllowed, StateConflict
from prm.notices import doorbell
from prm.notices.choices.selectors import choices_among, next_mornings
from prm.notices.kinds import group_of
from prm.notices.models import Notice, NoticeQuerySet
from prm.notices.states import Delivery
from prm.rows import insert_all

COLUMNS = [field.attname for field in Notice._meta.local_concrete_fields if not field.primary_key]


def prepare(
    *,
    key: str,
    kind: str,
    to: User | str,
    organisation: Organisation | int | None,
    title: str,
    body: str = "",
    path: str = "",
    signed_path: bool = False,
    now: datetime,
) -> Notice:
    """A promise that is not written yet.

    `to` is a user, or an e-mail address of somebody who has no login yet; `organisation` may be its primary key.
    """
    user = to if isinstance(to, User) else None
    return Notice(
        key=key,
        kind=kind,
        user=user,
        email="" if user else str(to),
        organisation_id=organisation.pk if isinstance(organisation, Organisation) else organisation,
        title=" ".join(title.split())[:200],
        body=body,
        path=path,
        signed_path=signed_path,
        created_at=now,
        due_at=now,
    )


def promise(**said: Any) -> None:
    """`prepare` and write, in the caller's transaction."""
    promise_all([prepare(**said)])


def promise_all(notices: list[Notice]) -> None:
    """Write promises in the caller's transaction, in one statement, each as its person wants to be told.

    A key that is known changes nothing.
    """
    if notices:
        _follow_choices(notices)
        insert_all(Notice, [{name: getattr(notice, name) for name in COLUMNS} for notice in notices], but_known=True)
        doorbell.ring_after_commit()


def take_back(prefix: str) -> int:
    """What is promised under keys that begin so, and is neither mailed nor in a digest, is no longer told."""
    taken = Notice.objects.filter(key__startswith=prefix, sent_at=None, digest=None)
    return taken.delete()[0]


def _follow_choices(notices: list[Notice]) -> None:
    """At most two questions for any number. What nobody chooses, or what carries a key, goes at once."""
    free = [(notice, key) for notice in notices if (key := _choice_of(notice))]
    choices = choices_among({user for _notice, (user, _group) in free}) if free else {}
    if not choices:
        return
    daily = {user for (user, _group), way in choices.items() if way == Delivery.DAILY}
    mornings = next_mornings(daily, notices[0].created_at)
    for notice, key in free:
        notice.delivery = choices.get(key, Delivery.AT_ONCE)
        if notice.delivery == Delivery.DAILY:
            notice.due_at = mornings[key[0]]


def _choice_of(notice: Notice) -> tuple[int, str] | None:
    """Whose choice for which group decides; None where there is nothing to choose."""
    group = group_of(notice.kind)
    return None if group is None or notice.user_id is None or notice.signed_path else (notice.user_id, group)


@transaction.atomic
def mark_read(*, by: User, now: datetime, notice: Notice | None = None) -> int:
    """Mark one notice of the person read, or all of them. Returns how many changed."""
    # A digest is gathered from the same rows under this lock.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    notices = Notice.objects.visible_to(by).unread()
    if notice is not None:
        notices = notices.filter(pk=notice.pk)
    return notices.update(read_at=now)


@transaction.atomic
def deliver_again(*, notice: Notice, by: User, now: datetime) -> Notice:
    """Give a notice that was given up another ten attempts. One that was not is StateConflict."""
    _check_operates(by)
    if not _unpark(Notice.objects.filter(pk=notice.pk), by, now):
        raise StateConflict(_("This notice is not given up; nothing was changed."), code="not_parked")
    notice.refresh_from_db()
    return notice


@transaction.atomic
def deliver_all_again(*, by: User, now: datetime) -> int:
    """The same for all that were given up. Returns how many; a second call finds none."""
    _check_operates(by)
    return _unpark(Notice.objects.all(), by, now)


def _check_operates(by: User) -> None:
    if not by.may(Permission.OPERATIONS):
        raise NotAllowed(_("Your roles do not include this."))


def _unpark(notices: NoticeQuerySet, by: User, now: datetime) -> int:
    parked = list(notices.parked().select_for_update(of=("self",)))
    found = Notice.objects.filter(pk__in=[notice.pk for notice in parked])
    found.update(parked_at=None, leased_until=None, attempts=0, due_at=now, last_error="")
    rows = [(notice.organisation_id, ("notice", notice.public_id), {"notice": notice.kind}) for notice in parked]
    record_many("notice.retried", by=by, now=now, rows=rows)
    if parked:
        doorbell.ring_after_commit()
    return len(parked)
