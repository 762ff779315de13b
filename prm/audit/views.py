"""The log for administrators: everything that happened, narrowed, paged and exported."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from prm.accounts.models import User
from prm.accounts.roles import Permission
from prm.audit.actions import record_export
from prm.audit.forms import EventFilter
from prm.audit.models import Event, EventQuerySet
from prm.audit.selectors import logged
from prm.clocks.database import database_now
from prm.portal.exports import Cell, download
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of

HEADER = (
    *("Event", "At", "Kind", "What happened", "Actor", "Actor id"),
    *("Organisation", "Organisation id", "About", "Subject id", "Data"),
)
CHUNK = 500


@require_GET
@requires(Permission.EVENTS_READ_ALL)
@narrowed_by(EventFilter)
def audit(request: MemberRequest) -> HttpResponse:
    form = EventFilter(request.GET, reader=request.user)
    if not form.is_valid():
        raise Http404
    page = page_of(request, form.narrowed(Event.objects.visible_to(request.user)), order=("-pk",))
    context = {
        "page": page,
        "rows": logged(page.rows, reader=request.user),
        "form": form,
        "asked": {name: value for name, value in request.GET.items() if value and name in form.fields},
        "may_export": request.user.may(Permission.EVENTS_EXPORT),
    }
    return render(request, "audit/_list.html" if request.htmx else "audit/list.html", context)


@require_POST
@requires(Permission.EVENTS_EXPORT)
def export(request: MemberRequest) -> HttpResponseBase:
    """A POST, because taking the log away is itself an event."""
    form = EventFilter(request.POST, reader=request.user)
    if not form.is_valid():
        raise Http404
    events = form.narrowed(Event.objects.visible_to(request.user)).order_by("-pk")
    written = partial(record_export, asked=form.in_ids(), by=request.user, now=database_now())
    return download(request, "audit", HEADER, _cells(events, request.user), first=written)


def _cells(events: EventQuerySet, reader: User) -> Iterator[tuple[Cell, ...]]:
    found = events.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        for row in logged(chunk, reader=reader):
            yield (
                *(row.id, row.at, row.kind, row.text, row.actor, row.actor_id),
                *(row.organisation, row.organisation_id, row.subject_type, row.subject_id, row.data),
            )
