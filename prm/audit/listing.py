"""The log as a file."""

from collections.abc import Iterator
from itertools import islice

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.audit.actions import record_export
from prm.audit.forms import EventFilter
from prm.audit.models import Event
from prm.audit.selectors import logged
from prm.clocks.database import database_now
from prm.portal.listings import LISTINGS, Cell, Listing

HEADER = (
    *("Event", "At", "Kind", "What happened", "Actor", "Actor id"),
    *("Organisation", "Organisation id", "About", "Subject id", "Data"),
)
CHUNK = 500


def filter_of(user: User, asked: QueryDict) -> EventFilter:
    form = EventFilter(asked, reader=user)
    if not form.is_valid():
        raise Http404
    return form


def _found(user: User, asked: QueryDict) -> QuerySet[Event]:
    return filter_of(user, asked).narrowed(Event.objects.visible_to(user)).order_by("-pk")


def _cells(events: QuerySet[Event], reader: User) -> Iterator[tuple[Cell, ...]]:
    found = events.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        for row in logged(chunk, reader=reader):
            yield (
                *(row.id, row.at, row.kind, row.text, row.actor, row.actor_id),
                *(row.organisation, row.organisation_id, row.subject_type, row.subject_id, row.data),
            )


def _written(user: User, asked: QueryDict) -> None:
    record_export(asked=filter_of(user, asked).in_ids(), by=user, now=database_now())


LISTING = LISTINGS.register(
    "audit", Listing("audit", HEADER, (Permission.EVENTS_EXPORT,), _found, _cells, written=_written)
)
