"""Collections: what belongs together, for who writes."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enablement.library import actions
from enablement.library.forms import CollectionForm
from enablement.library.models import LibraryCollection
from enablement.library.selectors import collections
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

writes = requires(P.LIBRARY_WRITE)


@require_GET
@writes
def every(request: MemberRequest) -> HttpResponse:
    page = page_of(request, collections(), order=("name", "pk"))
    return render(request, "enablement/library/collections.html", {"page": page})


@require_http_methods(["GET", "POST"])
@writes
def new(request: MemberRequest) -> HttpResponse:
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@writes
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    return _form(request, get_object_or_404(LibraryCollection, public_id=public_id))


def _form(request: MemberRequest, collection: LibraryCollection | None) -> HttpResponse:
    form = CollectionForm(posted(request), collection=collection)
    if form.is_valid():
        given = {"name": form.cleaned_data["name"], "items": list(form.cleaned_data["items"]), "collection": collection}
        verb = lambda: actions.write_collection(**given, by=request.user, now=database_now())  # noqa: E731
        if not form.is_first() or attempt(request, verb, form) is not None:
            return redirect("library-collections")
        form.give_back()
    context = {"form": form, "collection": collection}
    return render(
        request, "enablement/library/collection.html", context, status=status_of(form) if form.errors else 200
    )
