"""The pages of direct sales: the lists, entering, and what a seller does with an opportunity."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.cases.policies import can_see_partner
from deals.direct import actions, policies, sheet
from deals.direct.attaching import SUBJECT
from deals.direct.forms import AttachForm, CloseForm, OpportunityFilter, OpportunityForm, TouchFilter, TouchForm
from deals.direct.listing import LATEST, LISTING, NEWEST, TOUCHED, opportunities_of, touches_of, valid
from deals.direct.models import DirectOpportunity, DirectTouch
from deals.sheet_doors import sheet_page
from deals.sheets import TAKES
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.ledger.shown import today_of
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)
enters = requires(*policies.WRITERS)


@require_GET
@reads
@narrowed_by(OpportunityFilter)
def opportunities(request: MemberRequest) -> HttpResponse:
    form = OpportunityFilter(request.GET, reader=request.user)
    valid(form)
    page = page_of(request, form.narrowed(opportunities_of(request.user)), order=NEWEST)
    context = {"page": page, "form": form, "may_enter": policies.can_enter(request.user)}
    return render(request, "deals/direct/_list.html" if request.htmx else "deals/direct/list.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@reads
@narrowed_by(TouchFilter)
def touches(request: MemberRequest) -> HttpResponse:
    form = TouchFilter(request.GET, reader=request.user)
    valid(form)
    page = page_of(request, form.narrowed(touches_of(request.user)), order=LATEST)
    mine = {row.pk for row in page.rows if not row.withdrawn_at and policies.can_change(request.user, row)}
    context = {"page": page, "form": form, "may_enter": policies.can_enter(request.user), "mine": mine}
    return render(request, "deals/direct/_touches.html" if request.htmx else "deals/direct/touches.html", context)


@require_GET
@reads
def touches_export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, TOUCHED)


@require_http_methods(["GET", "POST"])
@enters
def new(request: MemberRequest) -> HttpResponse:
    form = OpportunityForm(posted(request), by=request.user, initial={"account": request.GET.get("account", "")})
    if form.is_valid():
        made = _entered(request, form, lambda now: _opened(request, form, now))
        if made is not None:
            return redirect(made)
    status = status_of(form) if form.errors else 200
    return render(request, "deals/direct/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@enters
def touch(request: MemberRequest) -> HttpResponse:
    today = today_of(request.user, database_now())
    first = {"account": request.GET.get("account", ""), "on": today}
    form = TouchForm(posted(request), by=request.user, initial=first)
    if form.is_valid():
        verb = actions.add_touch
        made = _entered(request, form, lambda now: verb(**form.given(), by=request.user, now=now))
        if made is not None:
            return redirect("direct-touches")
    status = status_of(form) if form.errors else 200
    return render(request, "deals/direct/touch.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@enters
def take_in(request: MemberRequest) -> HttpResponse:
    return sheet_page(request, sheet.OPPORTUNITIES)


@require_http_methods(["GET", "POST"])
@enters
def take_in_touches(request: MemberRequest) -> HttpResponse:
    return sheet_page(request, sheet.TOUCHES)


take_in.takes_bytes = take_in_touches.takes_bytes = TAKES  # type: ignore[attr-defined]


def _opened(request: MemberRequest, form: OpportunityForm, now: Any) -> DirectOpportunity:
    about = {"account": form.cleaned_data["account"], "products": form.cleaned_data["products"]}
    return actions.create_opportunity(values=form.values(), **about, by=request.user, now=now)


def _entered(
    request: MemberRequest,
    form: OpportunityForm | TouchForm,
    verb: Callable[[Any], DirectOpportunity | DirectTouch],
) -> Any:
    """What the verb made, or where a second click on the same form leads; None when it was refused."""
    if not form.is_first():
        return "direct"
    made = attempt(request, lambda: verb(database_now()), form)
    if made is None:
        form.give_back()
    elif made.cases.exists():
        sentence = _("Kept. The customer is protected for a partner, so a case is opened: the account manager decides.")
        messages.warning(request, sentence)
    else:
        messages.success(request, _("Kept."))
    return made


@require_GET
@member
def opportunity(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _seen(request, public_id))


@require_http_methods(["GET", "POST"])
@member
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    form = OpportunityForm(posted(request), by=request.user, opportunity=found)
    if form.is_valid():
        about = {"values": form.values(), "products": form.cleaned_data["products"]}
        verb = lambda: actions.change_opportunity(opportunity=found, **about, by=request.user, now=database_now())  # noqa: E731
        if attempt(request, verb, form) is not None:
            return redirect(found)
    context = {"form": form, "opportunity": found}
    return render(request, "deals/direct/form.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def attach(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    form = AttachForm(request.POST, by=request.user)
    return _acted(request, found, "attach", form, actions.attach_partner)


@require_POST
@member
def close(request: MemberRequest, public_id: str) -> HttpResponse:
    found, now = _own(request, public_id), database_now()
    form = CloseForm(request.POST, opportunity=found, today=today_of(request.user, now))
    return _acted(request, found, "close", form, actions.close_opportunity)


@require_POST
@member
def withdraw_touch(request: MemberRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(touches_of(request.user), public_id=public_id)
    if not policies.can_change(request.user, found):
        raise PermissionDenied(_("This touch is a colleague's."))
    verb = actions.withdraw_touch
    if attempt(request, lambda: verb(touch=found, by=request.user, now=database_now())) is not None:
        messages.success(request, _("Taken back."))
    return redirect("direct-touches")


def _acted(
    request: MemberRequest, found: DirectOpportunity, name: str, form: Any, verb: Callable[..., DirectOpportunity]
) -> HttpResponse:
    if form.is_valid():
        done = lambda: verb(opportunity=found, **form.given(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, done, form) is not None:
            messages.success(request, _("Kept."))
            return redirect(found)
    return _page(request, found, **{name: form})


def _seen(request: MemberRequest, public_id: str) -> DirectOpportunity:
    return get_object_or_404(opportunities_of(request.user), public_id=public_id)


def _own(request: MemberRequest, public_id: str) -> DirectOpportunity:
    found = _seen(request, public_id)
    if not policies.can_change(request.user, found):
        raise PermissionDenied(_("This opportunity is a colleague's."))
    return found


def _page(request: MemberRequest, found: DirectOpportunity, **bound: BaseForm) -> HttpResponse:
    now = database_now()
    may = found.is_open and policies.can_change(request.user, found)
    cases = [(case, can_see_partner(request.user, case)) for case in found.cases.with_nouns().order_by("pk")]
    context = {
        "opportunity": found,
        "may_change": may,
        "cases": cases,
        "attach": AttachForm(by=request.user) if may and found.partner is None else None,
        "close": CloseForm(opportunity=found, today=today_of(request.user, now)) if may else None,
        "entries": timeline(SUBJECT, found.public_id, reader=request.user),
        "now": now,
        **bound,
    }
    status = status_of(next(iter(bound.values()))) if bound else 200
    return render(request, "deals/direct/page.html", context, status=status)
