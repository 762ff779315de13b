"""The portal's pages of long exports: asking for one, how far it has come, and the file."""

import zlib
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.clocks.database import database_now
from prm.exports import actions, policies
from prm.exports.models import Export
from prm.exports.portions import contents
from prm.exports.states import Kind
from prm.jobs.selectors import newest_of
from prm.portal.exports import csv_rows, sent
from prm.portal.guards import MemberRequest, member
from prm.portal.listings import LISTINGS
from prm.portal.lists import page_of
from prm.portal.verbs import attempt


@require_http_methods(["GET", "POST"])
@member
def exports(request: MemberRequest) -> HttpResponse:
    """The own ones; a POST asks for one more."""
    if request.method == "POST":
        made = attempt(request, lambda: _asked(request))
        return redirect(made if made is not None else "exports")
    page = page_of(request, Export.objects.visible_to(request.user), order=("-pk",))
    return render(request, "exports/list.html", {"page": page})


def _asked(request: MemberRequest) -> Export:
    asked = {name: request.POST.get(name, "") for name in ("listing", "file", "query")}
    return actions.ask(**asked, organisation=request.organisation, by=request.user, now=database_now())


@require_GET
@member
def export(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if request.htmx and not found.is_working:
        # The page that waited for the file shows more than its progress now.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    context = {"export": found, "job": newest_of(found.public_id), "ready": found.can_be_fetched(database_now())}
    return render(request, "exports/_progress.html" if request.htmx else "exports/page.html", context)


@require_POST
@member
def file(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """A POST, because taking it away is itself an event."""
    found = _one(request, public_id)
    if not policies.can_take(request.user, found):
        raise PermissionDenied(_("Your roles do not include this list any more."))
    taken = attempt(request, lambda: actions.fetch(export=found, by=request.user, now=database_now()))
    return sent(request, found.listing, found.file, _content(taken)) if taken is not None else redirect(found)


def _content(found: Export) -> Iterator[bytes]:
    if found.file == Kind.XLSX:
        yield from contents(found)
        return
    yield "".join(["\ufeff", *csv_rows([LISTINGS[found.listing].header])]).encode()
    for content in contents(found):
        yield zlib.decompress(content)


def _one(request: MemberRequest, public_id: str) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), public_id=public_id)
