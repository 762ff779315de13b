"""The portal's pages of an import: the file, its columns, the dry run, the import itself, and the way back."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from partners.imports import actions, selectors
from partners.imports.bounds import TAKES
from partners.imports.forms import FIELDS, ColumnsForm, UploadForm
from partners.imports.listing import LISTING
from partners.imports.models import AccountImport
from partners.imports.states import State
from prm.clocks.database import database_now
from prm.jobs.selectors import newest_of
from prm.portal.exports import download, listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.listings import Cell
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

imports_customers = requires(*LISTING.permissions)
SHOWN_FINDINGS = 50


@require_http_methods(["GET", "POST"])
@imports_customers
def imports(request: MemberRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        made = _uploaded(request, form)
        if made is not None:
            return redirect(made)
    page = page_of(request, AccountImport.objects.visible_to(request.user).select_related("created_by"))
    context = {"form": form, "page": page}
    return render(request, "partners/imports/list.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@imports_customers
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


imports.takes_bytes = TAKES  # type: ignore[attr-defined]


def _uploaded(request: MemberRequest, form: UploadForm) -> AccountImport | None:
    if not form.is_first():
        newest = AccountImport.objects.visible_to(request.user).filter(created_by=request.user).order_by("-pk")
        return newest.first()
    file, sheet, now = form.cleaned_data["file"], form.cleaned_data["sheet"], database_now()
    made = attempt(
        request,
        lambda: actions.upload(file_name=file.name, content=file.read(), sheet=sheet, by=request.user, now=now),
        form,
    )
    if made is None:
        form.give_back()
    return made


@require_http_methods(["GET", "POST"])
@imports_customers
def account_import(request: MemberRequest, public_id: str) -> HttpResponse:
    given = _one(request, public_id)
    form = ColumnsForm(request.POST if request.method == "POST" else None, given=given)
    if form.is_valid() and attempt(request, lambda: _check(request, given, form), form) is not None:
        return redirect(given)
    if request.htmx and not given.is_working:
        # The page that waited for the work shows more than its progress now.
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    template = "partners/imports/_progress.html" if request.htmx else "partners/imports/page.html"
    return render(request, template, _context(given, form), status=status_of(form) if form.errors else 200)


def _check(request: MemberRequest, given: AccountImport, form: ColumnsForm) -> AccountImport:
    return actions.check(given=given, columns=form.columns, by=request.user, now=database_now())


def _context(given: AccountImport, form: ColumnsForm) -> dict[str, Any]:
    findings = list(given.findings.order_by("row", "pk")[:SHOWN_FINDINGS])
    return {
        "given": given,
        "form": form,
        "job": newest_of(given.public_id),
        "findings": [(finding, FIELDS.get(finding.field, "")) for finding in findings],
        "more": given.findings.count() > SHOWN_FINDINGS,
        "takes": given.new + given.changed,
        "may_choose": given.state in {State.UPLOADED, State.CHECKED},
        "may_undo": given.state == State.DONE and selectors.is_last(given),
    }


@require_POST
@imports_customers
def run(request: MemberRequest, public_id: str) -> HttpResponse:
    return _step(request, public_id, actions.run)


@require_POST
@imports_customers
def undo(request: MemberRequest, public_id: str) -> HttpResponse:
    return _step(request, public_id, actions.undo)


def _step(request: MemberRequest, public_id: str, verb: Callable[..., AccountImport]) -> HttpResponse:
    given = _one(request, public_id)
    if attempt(request, lambda: verb(given=given, by=request.user, now=database_now())):
        messages.success(request, _("It is being done; you may leave this page and come back."))
    return redirect(given)


@require_GET
@imports_customers
def findings(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """What is wrong with which row, to be mended in the file."""
    given = _one(request, public_id)
    return download(request, f"findings {given.file_name}", ("Row", "Field", "What is wrong"), _rows(given))


def _rows(given: AccountImport) -> Iterator[tuple[Cell, ...]]:
    for finding in given.findings.order_by("row", "pk"):
        yield finding.row, finding.field, finding.sentence


def _one(request: MemberRequest, public_id: str) -> AccountImport:
    return get_object_or_404(AccountImport.objects.visible_to(request.user), public_id=public_id)
