"""The page of whoever keeps the programme running, and the figures for the machines that watch it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from prm.clocks.database import database_now
from prm.notices.actions import deliver_again, deliver_all_again
from prm.notices.models import Notice
from prm.operations import figures, selectors
from prm.operations.listing import LISTING, ORDER
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, public, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt

operates = requires(*LISTING.permissions)


@never_cache
@require_GET
@operates
def status(request: MemberRequest) -> HttpResponseBase:
    now = database_now()
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return JsonResponse(_as_json(now))
    context = {
        "now": now,
        "jobs": selectors.jobs(now),
        "outbox": selectors.outbox(now),
        "readings": selectors.readings(now),
        "redis": selectors.redis_answers(),
        "database": selectors.database_version(),
        "page": page_of(request, Notice.objects.parked().select_related("user"), order=ORDER),
    }
    return render(request, "operations/status.html", context)


def _as_json(now: datetime) -> dict[str, Any]:
    outbox = selectors.outbox(now)
    return {
        "jobs": [
            {"name": state.job.name, "last_success": state.succeeded_at, "late": state.late, "failing": state.failing}
            for state in selectors.jobs(now)
        ],
        "outbox": {"waiting": outbox.waiting, "oldest_due": outbox.oldest, "parked": outbox.parked},
        "readings": {reading.name: count for reading, count in selectors.readings(now)},
        "redis": selectors.redis_answers(),
        "database": selectors.database_version(),
    }


@require_GET
@operates
def export(request: MemberRequest) -> HttpResponseBase:
    """The notices that were given up."""
    return listed(request, LISTING)


@require_POST
@operates
def replay(request: MemberRequest, public_id: str) -> HttpResponse:
    notice = get_object_or_404(Notice, public_id=public_id)
    if attempt(request, lambda: deliver_again(notice=notice, by=request.user, now=database_now())):
        messages.success(request, _("It is tried again now."))
    return redirect("status")


@require_POST
@operates
def replay_all(request: MemberRequest) -> HttpResponse:
    number = deliver_all_again(by=request.user, now=database_now())
    said = ngettext("%(n)d notice is tried again now.", "%(n)d notices are tried again now.", number)
    messages.success(request, said % {"n": number})
    return redirect("status")


@never_cache
@require_safe
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with `PRM_METRICS_TOKEN` as bearer. Without the right one there is nothing here."""
    token = settings.PRM_METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if not token or not constant_time_compare(given.encode(), f"Bearer {token}".encode()):
        raise Http404
    return HttpResponse(figures.exposition(database_now()), content_type=figures.CONTENT_TYPE)
