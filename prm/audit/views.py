"""The log for administrators: everything that happened, narrowed, paged and exported."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from prm.accounts.roles import Permission
from prm.audit.forms import EventFilter
from prm.audit.listing import LISTING, filter_of
from prm.audit.models import Event
from prm.audit.selectors import logged
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of


@require_GET
@requires(Permission.EVENTS_READ_ALL)
@narrowed_by(EventFilter)
def audit(request: MemberRequest) -> HttpResponse:
    form = filter_of(request.user, request.GET)
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
    return listed(request, LISTING)
