"""The pages of the library for who reads and for who writes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enablement.library import actions, policies
from enablement.library.forms import ItemForm, LibraryFilter, ReviewForm, VersionForm, WrittenFilter
from enablement.library.listing import (
    LISTING,
    LISTING_USES,
    LISTING_WRITTEN,
    USED,
    WRITTEN,
    order_of,
    shown_to,
    uses,
    written,
)
from enablement.library.models import LibraryItem
from enablement.library.rules import NEW_FOR
from enablement.library.selectors import used_by_organisation
from enablement.library.states import Use
from enablement.library.using import keep, note_use
from partners.assortment import product_lines
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.files.checking import TAKES
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

writes = requires(P.LIBRARY_WRITE)


@require_GET
@member
@narrowed_by(LibraryFilter)
def library(request: MemberRequest) -> HttpResponse:
    form = LibraryFilter(request.GET, reader=request.user)
    context = {
        "page": page_of(request, form.narrowed(shown_to(request.user)), order=order_of(form)),
        "form": form,
        "new_from": database_now() - NEW_FOR,
        "may_write": policies.can_write(request.user),
        "may_count": policies.can_count(request.user),
    }
    template = "enablement/library/_list.html" if request.htmx else "enablement/library/list.html"
    return render(request, template, context)


@require_GET
@member
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@writes
@narrowed_by(WrittenFilter)
def written_items(request: MemberRequest) -> HttpResponse:
    form, today = WrittenFilter(request.GET, reader=request.user), database_now().date()
    page = page_of(request, form.narrowed(written(request.user)), order=WRITTEN)
    rows = [(item, item.is_stale(today), item.is_hidden(today)) for item in page.rows]
    context = {"page": page, "rows": rows, "form": form}
    template = "enablement/library/_written.html" if request.htmx else "enablement/library/written.html"
    return render(request, template, context)


@require_GET
@writes
def export_written(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING_WRITTEN)


@require_GET
@requires(*policies.COUNTERS)
def use(request: MemberRequest) -> HttpResponse:
    return render(request, "enablement/library/uses.html", {"page": page_of(request, uses(), order=USED)})


@require_GET
@requires(*policies.COUNTERS)
def export_use(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING_USES)


@require_http_methods(["GET", "POST"])
@writes
def new(request: MemberRequest) -> HttpResponse:
    form = ItemForm(posted(request), by=request.user)
    if form.is_valid():
        if not form.is_first():
            return redirect("library-written")
        verb = lambda: actions.create_item(values=form.values(), by=request.user, now=database_now())  # noqa: E731
        made = attempt(request, verb, form)
        if made is not None:
            return redirect("library-version", made.public_id)
        form.give_back()
    return render(request, "enablement/library/form.html", {"form": form}, status=_status(form))


@require_GET
@member
def item(request: MemberRequest, public_id: str) -> HttpResponse:
    now = database_now()
    found = _one(request, public_id)
    may_write = policies.can_write(request.user)
    if found.current and found.is_published:
        note_use(version=found.current, what=Use.OPENED, by=request.user, now=now)
    names = dict(product_lines()) if found.products else {}
    context = {
        "item": found,
        "products": [names.get(slug, slug) for slug in found.products],
        "may_write": may_write,
        "is_stale": found.is_stale(now.date()),
        "is_hidden": found.is_hidden(now.date()),
        "versions": found.versions.select_related("file", "created_by").order_by("-number")[:20] if may_write else [],
        "used": used_by_organisation(found) if policies.can_count(request.user) else None,
    }
    return render(request, "enablement/library/item.html", context)


@require_http_methods(["GET", "POST"])
@writes
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    form = ItemForm(posted(request), item=found, by=request.user)
    if form.is_valid():
        verb = lambda: actions.change_item(item=found, values=form.values(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, verb, form):
            return redirect(found)
    return render(request, "enablement/library/form.html", {"form": form, "item": found}, status=_status(form))


@require_http_methods(["GET", "POST"])
@writes
def version(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    form = VersionForm(request.POST, request.FILES) if request.method == "POST" else VersionForm()
    if form.is_valid():
        if not form.is_first() or _added(request, found, form):
            return redirect(found)
        form.give_back()
    return render(request, "enablement/library/version.html", {"form": form, "item": found}, status=_status(form))


version.takes_bytes = TAKES  # type: ignore[attr-defined]


def _added(request: MemberRequest, found: LibraryItem, form: VersionForm) -> bool:
    now, by = database_now(), request.user
    made = attempt(request, lambda: actions.add_version(item=found, **form.content(), by=by, now=now), form)
    if made is not None and form.cleaned_data["at_once"]:
        attempt(request, lambda: actions.publish(item=found, number=made.number, by=by, now=now))
    return made is not None


@require_POST
@writes
def publish(request: MemberRequest, public_id: str) -> HttpResponse:
    found, number = _one(request, public_id), request.POST.get("number", "")
    if number and not (number.isascii() and number.isdigit() and len(number) < 9):
        raise Http404
    chosen, now = int(number) if number else None, database_now()
    if attempt(request, lambda: actions.publish(item=found, number=chosen, by=request.user, now=now)):
        messages.success(request, _("Published."))
    return redirect(found)


@require_POST
@writes
def archive(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if attempt(request, lambda: actions.archive(item=found, by=request.user, now=database_now())):
        messages.success(request, _("Archived. Only who writes for the library sees it."))
    return redirect(found)


@require_http_methods(["GET", "POST"])
@writes
def review(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    form = ReviewForm(posted(request))
    if form.is_valid():
        given = {"item": found, "review_on": form.cleaned_data["review_on"]}
        if attempt(request, lambda: actions.review(**given, by=request.user, now=database_now()), form):
            messages.success(request, _("Noted. Partners see it until then."))
            return redirect(found)
    return render(request, "enablement/library/review.html", {"form": form, "item": found}, status=_status(form))


@require_POST
@member
def favourite(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    keep(item=found, kept=request.POST.get("kept") == "yes", by=request.user, now=database_now())
    return redirect(found)


def _one(request: MemberRequest, public_id: str) -> LibraryItem:
    rows = LibraryItem.objects.visible_to(request.user, database_now().date()).with_nouns(request.user)
    return get_object_or_404(rows, public_id=public_id)


def _status(form: ItemForm | VersionForm | ReviewForm) -> int:
    return status_of(form) if form.errors else 200
