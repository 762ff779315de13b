"""The portal's pages of lists that are compared with everything that is registered."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from partners.lists import actions
from partners.lists.forms import ColumnsForm, UploadForm
from partners.lists.listing import LISTING, RESULTS
from partners.lists.models import CompanyList
from partners.lists.reading import TAKES
from partners.lists.selectors import hits, percent, rows_of, with_progress
from partners.lists.states import BAND_TONES, Band, State
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

compares = requires(*LISTING.permissions)


@require_http_methods(["GET", "POST"])
@compares
def lists(request: MemberRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        made = _uploaded(request, form)
        if made is not None:
            return redirect(made)
    page = page_of(request, CompanyList.objects.visible_to(request.user).select_related("created_by"))
    context = {"form": form, "page": page}
    return render(request, "partners/lists/list.html", context, status=status_of(form) if form.errors else 200)


lists.takes_bytes = TAKES  # type: ignore[attr-defined]


def _uploaded(request: MemberRequest, form: UploadForm) -> CompanyList | None:
    if not form.is_first():
        newest = CompanyList.objects.visible_to(request.user).filter(created_by=request.user).order_by("-pk")
        return newest.first()
    file, now = form.cleaned_data["file"], database_now()
    made = attempt(request, lambda: actions.upload(file_name=file.name, file=file.file, by=request.user, now=now), form)
    if made is None:
        form.give_back()
    return made


@require_GET
@compares
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@compares
def company_list(request: MemberRequest, public_id: str) -> HttpResponse:
    given = _one(request, public_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, given=given)
    if form.is_valid() and attempt(request, lambda: _start(request, given, form), form) is not None:
        messages.success(request, _("It is being done; you may leave this page and come back."))
        return redirect(given)
    if request.htmx and not given.is_working:
        # The page that waited for the work shows more than its progress now.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    template = "partners/lists/_progress.html" if request.htmx else "partners/lists/page.html"
    return render(request, template, _context(request, given, form), status=status_of(form) if form.errors else 200)


def _start(request: MemberRequest, given: CompanyList, form: ColumnsForm) -> CompanyList:
    return actions.start(given=given, columns=form.columns, by=request.user, now=database_now())


def _context(request: MemberRequest, given: CompanyList, form: ColumnsForm) -> dict[str, Any]:
    band = request.GET.get("band", "")
    if band not in ("", *Band.values):
        raise Http404
    page = page_of(request, rows_of(given, band), order=("number",))
    return {
        "given": given,
        "form": form,
        "band": band,
        "percent": percent(given),
        "figures": [(each, getattr(given, f"rows_{each.value}"), BAND_TONES.get(each, "")) for each in Band],
        "page": page,
        "found": hits(page.rows, request.user),
        "may_choose": given.state == State.UPLOADED,
    }


@require_GET
@compares
def results(request: MemberRequest) -> HttpResponseBase:
    """The rows as a file; `list` and `band` say which."""
    return listed(request, RESULTS)


def _one(request: MemberRequest, public_id: str) -> CompanyList:
    return get_object_or_404(with_progress(CompanyList.objects.visible_to(request.user)), public_id=public_id)
