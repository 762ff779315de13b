"""Home, my work, search, and what the browser itself asks for."""

import hashlib
import json
import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from prm.branding.selectors import memory
from prm.clocks.database import database_now
from prm.portal import theme
from prm.portal.exports import download
from prm.portal.guards import MemberRequest, member, public
from prm.portal.sockets import SEARCH, SearchHit, work_for

log = logging.getLogger(__name__)

REPORT_LIMIT = 8_000
HITS = 8


@require_GET
@member
def home(request: MemberRequest) -> HttpResponse:
    if request.user.is_vendor:
        return redirect("work")
    now = database_now()
    context = {"now": now, "greeting": greeting(), "work": work_for(request.user, now, limit=6)}
    return render(request, "portal/home.html", context)


def greeting() -> str:
    """By the clock of the person, which the middleware has set."""
    hour = timezone.localtime().hour
    if 5 <= hour < 12:
        return _("Good morning")
    return _("Good afternoon") if 12 <= hour < 18 else _("Good evening")


@require_GET
@member
def work(request: MemberRequest) -> HttpResponse:
    now = database_now()
    template = "portal/components/work.html" if request.htmx else "portal/work.html"
    return render(request, template, {"now": now, "work": work_for(request.user, now)})


@require_GET
@member
def export_work(request: MemberRequest) -> HttpResponseBase:
    waiting = work_for(request.user, database_now())
    rows = [(item.title, item.what, item.who, item.due_at, settings.PRM_BASE_URL + item.url) for item in waiting]
    return download(request, "my work", ("What it is about", "What to do", "Who", "Until", "Where"), rows)


@require_GET
@member
def search(request: MemberRequest) -> HttpResponse:
    query = " ".join(request.GET.get("q", "").split())[:100]
    hits = found(request, query) if len(query) > 1 else []
    return render(request, "portal/search.html", {"query": query, "hits": hits})


def found(request: MemberRequest, query: str) -> list[SearchHit]:
    """A few of each kind; each source returns only what the person may see."""
    return [hit for source in SEARCH for hit in source(request.user, query, HITS)]


@require_GET
@public
def stylesheet(request: HttpRequest) -> HttpResponseBase:
    """The vendor's colours. Pages name the accent in the address, so that no process and no cache can be behind it;
    without one it is the present accent, which every use asks for again."""
    asked = f"#{request.GET.get('v', '')}"
    is_named = theme.is_colour(asked)
    text = theme.stylesheet(asked if is_named else memory.current().accent)
    response = HttpResponse(text, content_type="text/css; charset=utf-8")
    response["ETag"] = f'"{hashlib.sha256(text.encode()).hexdigest()[:16]}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable" if is_named else "public, no-cache"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


@csrf_exempt
@require_POST
@public
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser tells what a page tried that the policy forbids. One short line each; anything odd is dropped."""
    body = request.read(REPORT_LIMIT + 1)
    if len(body) <= REPORT_LIMIT:
        log.warning("Content security policy: %s", _summary(body))
    return HttpResponse(status=204)


def _summary(body: bytes) -> str:
    try:
        report = json.loads(body).get("csp-report", {})
        parts = [str(report.get(name, ""))[:200] for name in ("violated-directive", "blocked-uri", "document-uri")]
    except (ValueError, AttributeError, RecursionError):
        return "unreadable report"
    return json.dumps(parts)
