from datetime import datetime
from typing import Any

from prm.accounts.models import User
from prm.audit.kinds import KINDS, handlers_of, noters_of
from prm.audit.models import Event
from prm.ids import random_id
from prm.rows import insert, insert_all

PREFIX = Event._meta.get_field("public_id").prefix


def record(
    kind: str,
    *,
    by: User | None,
    now: datetime,
    organisation_id: int | None,
    subject: tuple[str, str],
    data: dict[str, Any] | None = None,
) -> Event:
    """Append one event in the caller's transaction and run the handlers of its kind.

    `by` None means the system; `organisation_id` is the partner organisation concerned, None for
    what is the vendor's alone; `subject` is (type, public id). An undeclared kind is a KeyError.
    """
    event = insert(
        Event(
            kind=KINDS[kind].name,
            at=now,
            actor_id=by.pk if by else None,
            organisation_id=organisation_id,
            subject_type=subject[0],
            subject_id=subject[1],
            data=data or {},
        )
    )
    for handler in handlers_of(kind):
        handler(event)
    for noter in noters_of(kind):
        noter([(event.public_id, *subject)])
    return event


def record_export(*, asked: dict[str, Any], by: User, now: datetime) -> Event:
    """Somebody takes events away; `asked` is what they were narrowed by, as ids and codes."""
    about = ("user", by.public_id)
    return record("events.exported", by=by, now=now, organisation_id=None, subject=about, data={"asked": asked})


def record_many(
    kind: str, *, by: User | None, now: datetime, rows: list[tuple[int | None, tuple[str, str], dict[str, Any]]]
) -> None:
    """The same as `record` for a batch of (organisation_id, subject, data), in one statement."""
    common = {"kind": KINDS[kind].name, "at": now, "actor_id": by.pk if by else None}
    written = [
        common
        | {
            "public_id": random_id(PREFIX),
            "organisation_id": organisation_id,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "data": data,
        }
        for organisation_id, subject, data in rows
    ]
    insert_all(Event, written)
    for noter in noters_of(kind):
        noter([(str(row["public_id"]), str(row["subject_type"]), str(row["subject_id"])) for row in written])
    if handlers := handlers_of(kind):
        events = Event.objects.filter(public_id__in=[row["public_id"] for row in written]).order_by("pk")
        for handler in handlers:
            for event in events:
                handler(event)
