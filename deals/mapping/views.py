"""The pages of mapping: overlaps for both sides, a partner's lists, and what the vendor shows to a partner."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.mapping import actions, policies
from deals.mapping.forms import MapColumnsForm, MapForm, OverlapFilter
from deals.mapping.listing import (
    LISTED,
    LISTED_ROWS,
    LISTING,
    NEWEST,
    ORDER,
    OWN,
    SHOWN,
    accounts_of,
    lists_of,
    overlaps_of,
    partner_of,
)
from deals.mapping.models import READERS, MappedList
from deals.mapping.policies import SHARERS
from deals.mapping.selectors import overlaps
from deals.mapping.states import MapState
from deals.registrations.filters import partner_choices
from partners.imports.bounds import TAKES
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

owns, shares = requires(*OWN), requires(*SHARERS)


@require_GET
@requires(*READERS)
@narrowed_by(OverlapFilter)
def mapping(request: MemberRequest) -> HttpResponse:
    form = OverlapFilter(request.GET, reader=request.user)
    page = page_of(request, form.narrowed(overlaps_of(request.user)), order=ORDER)
    context = {
        "page": page,
        "form": form,
        "overlaps": overlaps(page.rows, request.user),
        "may_map": policies.can_map(request.user),
        "may_show": policies.can_show_accounts(request.user),
    }
    return render(request, "deals/mapping/_overlaps.html" if request.htmx else "deals/mapping/overlaps.html", context)


@require_GET
@requires(*READERS)
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@owns
def lists(request: MemberRequest) -> HttpResponse:
    may = policies.can_map(request.user)
    if request.method == "POST" and not may:
        raise PermissionDenied(_("Your role does not map customers."))
    form = MapForm(request.POST, request.FILES) if request.method == "POST" else MapForm()
    if request.method == "POST" and form.is_valid() and (made := _brought(request, form)) is not None:
        return redirect(made)
    page = page_of(request, lists_of(request.user), order=NEWEST)
    context = {"page": page, "form": form if may else None}
    return render(request, "deals/mapping/lists.html", context, status=status_of(form) if form.errors else 200)


lists.takes_bytes = TAKES  # type: ignore[attr-defined]


def _brought(request: MemberRequest, form: MapForm) -> MappedList | None:
    if not form.is_first():
        return lists_of(request.user).filter(created_by=request.user).order_by("-pk").first()
    file = form.cleaned_data["file"]
    given = {"name": file.name, "content": file.read(), "by": request.user, "now": database_now()}
    made = attempt(request, lambda: actions.upload(**given), form)
    if made is None:
        form.give_back()
    return made


@require_GET
@owns
def lists_export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTED)


@require_GET
@owns
def rows(request: MemberRequest) -> HttpResponseBase:
    """The rows of one list as a file; `list` says which."""
    return listed(request, LISTED_ROWS)


@require_http_methods(["GET", "POST"])
@owns
def mapped(request: MemberRequest, public_id: str) -> HttpResponse:
    given = get_object_or_404(lists_of(request.user), public_id=public_id)
    may = policies.can_change(request.user, given)
    if request.method == "POST" and not may:
        raise PermissionDenied(_("A colleague of yours has brought this list."))
    form = MapColumnsForm(posted(request), given=given)
    if form.is_valid() and attempt(request, lambda: _start(request, given, form), form) is not None:
        messages.success(request, _("It is being compared; you may leave this page and come back."))
        return redirect(given)
    context = {
        "given": given,
        "form": form if may and (given.state == MapState.UPLOADED or form.is_bound) else None,
        "page": page_of(request, given.customers.all(), order=("number",)),
        "may_change": may,
        "is_ready": given.state == MapState.DONE,
    }
    return render(request, "deals/mapping/list.html", context, status=status_of(form) if form.errors else 200)


def _start(request: MemberRequest, given: MappedList, form: MapColumnsForm) -> MappedList:
    return actions.start(given=given, columns=form.columns, by=request.user, now=database_now())


@require_POST
@owns
def show(request: MemberRequest, public_id: str) -> HttpResponse:
    return _consent(request, public_id, actions.show_rows)


@require_POST
@owns
def hide(request: MemberRequest, public_id: str) -> HttpResponse:
    return _consent(request, public_id, actions.hide_rows)


def _consent(request: MemberRequest, public_id: str, verb: Callable[..., Any]) -> HttpResponse:
    given = _to_change(request, public_id)
    chosen = _chosen(request, "rows")
    attempt(request, lambda: verb(given=given, rows=chosen, by=request.user, now=database_now()))
    return redirect(given)


@require_POST
@owns
def delete(request: MemberRequest, public_id: str) -> HttpResponse:
    given = _to_change(request, public_id)
    done = attempt(request, lambda: _deleted(request, given))
    return redirect("mapping-lists") if done else redirect(given)


def _deleted(request: MemberRequest, given: MappedList) -> bool:
    actions.delete_list(given=given, by=request.user, now=database_now())
    return True


def _to_change(request: MemberRequest, public_id: str) -> MappedList:
    given = get_object_or_404(lists_of(request.user), public_id=public_id)
    if not policies.can_change(request.user, given):
        raise PermissionDenied(_("A colleague of yours has brought this list."))
    return given


def _chosen(request: MemberRequest, name: str) -> list[str] | None:
    """None for all of them."""
    return None if request.POST.get("all") else request.POST.getlist(name)


@require_GET
@shares
def accounts(request: MemberRequest) -> HttpResponse:
    """Which of the own customers a partner may know of, if it shows them as well."""
    context = {
        "partner": partner_of(request.user, request.GET),
        "partners": partner_choices(request.user),
        "page": page_of(request, accounts_of(request.user, request.GET), order=ORDER),
    }
    return render(request, "deals/mapping/accounts.html", context)


@require_GET
@shares
def accounts_export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, SHOWN)


@require_POST
@shares
def accounts_show(request: MemberRequest, public_id: str) -> HttpResponse:
    return _to_partner(request, public_id, actions.show_accounts)


@require_POST
@shares
def accounts_hide(request: MemberRequest, public_id: str) -> HttpResponse:
    return _to_partner(request, public_id, actions.hide_accounts)


def _to_partner(request: MemberRequest, public_id: str, verb: Callable[..., Any]) -> HttpResponse:
    asked = request.GET.copy()
    asked["partner"] = public_id
    partner = partner_of(request.user, asked)
    if partner is None:
        raise Http404
    chosen = _chosen(request, "accounts")
    attempt(request, lambda: verb(partner=partner, accounts=chosen, by=request.user, now=database_now()))
    return redirect(f"{reverse('mapping-accounts')}?partner={public_id}")
