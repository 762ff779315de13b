"""The vendor's pages of leads."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.leads import actions, policies, sheet
from deals.leads.events import LEAD
from deals.leads.forms import FileForm, LeadFilter, LeadForm
from deals.leads.listing import LISTING, ORDER, leads_of
from deals.leads.models import Lead
from deals.leads.rulebook import SCHEMA, LeadRules, order_in_words
from deals.leads.selectors import ranked, spread
from prm.accounts.roles import Permission as P
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.portal.exports import download, listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.listings import Cell
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)
# Of the partners who are not asked: enough to see why, on one page.
MOST_HINDERED = 100


@require_GET
@reads
@narrowed_by(LeadFilter)
def leads(request: MemberRequest) -> HttpResponse:
    form = LeadFilter(request.GET, reader=request.user)
    page = page_of(request, form.narrowed(leads_of(request.user)), order=ORDER)
    context = {
        "page": page,
        "form": form,
        "may_enter": policies.can_enter(request.user),
        "may_compare": policies.can_compare(request.user),
    }
    return render(request, "deals/leads/_list.html" if request.htmx else "deals/leads/list.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@requires(P.LEADS_ENTER)
def new(request: MemberRequest) -> HttpResponse:
    form = LeadForm(posted(request))
    if form.is_valid():
        made = _entered(request, form) if form.is_first() else None
        if made is not None or not form.errors:
            return redirect(made or "leads")
        form.give_back()
    return render(request, "deals/leads/form.html", {"form": form}, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(P.LEADS_ENTER)
def take_in(request: MemberRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        made = _imported(request, form) if form.is_first() else []
        if made is not None:
            messages.success(request, _("Imported: %(n)d leads. They are offered now, one by one.") % {"n": len(made)})
            return redirect("leads")
        form.give_back()
    context = {"form": form, "columns": sheet.COLUMNS}
    return render(request, "deals/leads/import.html", context, status=status_of(form) if form.errors else 200)


take_in.takes_bytes = sheet.TAKES  # type: ignore[attr-defined]


@require_GET
@reads
def lead(request: MemberRequest, public_id: str) -> HttpResponse:
    found, now = one(request, public_id), database_now()
    order = ranked(found, now)
    free = [row for row in order if row.place.number]
    context = {
        "lead": found,
        "offers": found.offers.select_related("partner__organisation", "answered_by").order_by("offered_at", "pk"),
        "reports": found.reports.select_related("reported_by"),
        "free": free,
        "hindered": order[len(free) :][:MOST_HINDERED],
        "more": max(0, len(order) - len(free) - MOST_HINDERED),
        "rule": order_in_words(current(SCHEMA, LeadRules, now=now).values),
        "may_steer": policies.can_steer(request.user, found),
        "entries": timeline(LEAD, found.public_id, reader=request.user),
        "now": now,
    }
    return render(request, "deals/leads/lead.html", context)


@require_http_methods(["GET", "POST"])
@reads
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _steered(request, public_id)
    if request.method == "GET" and not found.is_changeable:
        return redirect(found)
    form = LeadForm(posted(request), lead=found)
    if form.is_valid():
        given = _given(request, form)
        if attempt(request, lambda: actions.change_lead(lead=found, **given), form) is not None:
            return redirect(found)
    context = {"form": form, "lead": found}
    return render(request, "deals/leads/form.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@reads
def again(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _steered(request, public_id)
    attempt(request, lambda: actions.offer_again(lead=found, by=request.user, now=database_now()))
    return redirect(found)


@require_POST
@reads
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _steered(request, public_id)
    attempt(request, lambda: actions.withdraw_lead(lead=found, by=request.user, now=database_now()))
    return redirect(found)


@require_GET
@requires(P.LEADS_READ_ALL)
def fairness(request: MemberRequest) -> HttpResponse:
    now = database_now()
    context = {"rows": spread(now), "rule": order_in_words(current(SCHEMA, LeadRules, now=now).values)}
    return render(request, "deals/leads/fairness.html", context)


@require_GET
@requires(P.LEADS_READ_ALL)
def fairness_export(request: MemberRequest) -> HttpResponseBase:
    rows: list[Sequence[Cell]] = [
        (
            *(str(row.size.label), row.partners, row.offers, row.per_partner),
            *(row.accepted, row.declined, row.lapsed, row.share, row.hours),
        )
        for row in spread(database_now())
    ]
    header = ("Size", "Partners", "Offers", "Offers each", "Accepted", "Declined", "Lapsed", "Share accepted", "Hours")
    return download(request, "leads by size", header, rows)


def one(request: MemberRequest, public_id: str) -> Lead:
    found = leads_of(request.user).prefetch_related("products").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _steered(request: MemberRequest, public_id: str) -> Lead:
    found = one(request, public_id)
    if not policies.can_steer(request.user, found):
        raise PermissionDenied(_("Whoever entered this lead decides about it."))
    return found


def _entered(request: MemberRequest, form: LeadForm) -> Lead | None:
    given = _given(request, form)
    return attempt(request, lambda: actions.enter_lead(**given), form)


def _given(request: MemberRequest, form: LeadForm) -> dict[str, Any]:
    """Arguments of a verb."""
    return {"values": form.values(), "products": form.chosen(), "by": request.user, "now": database_now()}


def _imported(request: MemberRequest, form: FileForm) -> list[Lead] | None:
    content, now = form.cleaned_data["file"].read(sheet.MOST_BYTES), database_now()
    return attempt(request, lambda: actions.import_leads(rows=sheet.read(content), by=request.user, now=now), form)
