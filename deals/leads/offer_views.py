"""The pages of offers: a partner's own, and for the vendor who was asked."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from deals.leads import answers, policies
from deals.leads.events import OFFER
from deals.leads.forms import DeclineForm, LostForm, OfferFilter, ReportForm
from deals.leads.listing import OFFER_ORDER, OFFERS, offers_of
from deals.leads.models import LeadOffer
from deals.leads.rulebook import SCHEMA, LeadRules, order_in_words
from deals.registrations.forms import SmallForm
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.OFFER_READERS)


@require_GET
@reads
@narrowed_by(OfferFilter)
def offers(request: MemberRequest) -> HttpResponse:
    now = database_now()
    form = OfferFilter(request.GET, reader=request.user)
    context = {
        "page": page_of(request, form.narrowed(offers_of(request.user)), order=OFFER_ORDER),
        "form": form,
        "rule": order_in_words(current(SCHEMA, LeadRules, now=now).values),
        "now": now,
    }
    return render(request, "deals/leads/_offers.html" if request.htmx else "deals/leads/offers.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, OFFERS)


@require_GET
@reads
def offer(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


@require_POST
@reads
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_answer)
    verb = lambda: answers.accept(offer=found, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("The lead is yours. Here is whom to call."))
    return redirect(found)


@require_POST
@reads
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_answer)
    form = DeclineForm(request.POST)
    return _done(request, found, form, answers.decline, "decline", _("Thank you: the next partner is asked."))


@require_POST
@reads
def report(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    return _done(request, found, ReportForm(request.POST), answers.report, "report", _("Noted."))


@require_POST
@reads
def lose(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    return _done(request, found, LostForm(request.POST), answers.lose_lead, "lost", _("Closed as lost."))


@require_POST
@reads
def register(request: MemberRequest, public_id: str) -> HttpResponse:
    """To the draft, whether it was made now or before."""
    found = _one(request, public_id, policies.can_work)
    if found.lead.registration is not None:
        return redirect(found.lead.registration)
    made = attempt(request, lambda: answers.register_lead(offer=found, by=request.user, now=database_now()))
    return redirect("deal-edit", made.public_id) if made is not None else redirect(found)


def _one(request: MemberRequest, public_id: str, may: Callable[..., bool] | None = None) -> LeadOffer:
    """Closed for those who read it and may not act on it."""
    found = offers_of(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if may is not None and not may(request.user, found):
        raise PermissionDenied(_("Your role does not allow this for this lead."))
    return found


def _done(
    request: MemberRequest, found: LeadOffer, form: SmallForm, verb: Callable[..., Any], name: str, said: str
) -> HttpResponse:
    about = {"offer": found, "by": request.user, "now": database_now()}
    if form.is_valid() and attempt(request, lambda: verb(**about, **form.cleaned_data), form) is not None:
        messages.success(request, said)
        return redirect(found)
    return _page(request, _one(request, found.public_id), **{name: form})


def _page(request: MemberRequest, found: LeadOffer, **refused: SmallForm) -> HttpResponse:
    forms = {"decline": DeclineForm(), "report": ReportForm(), "lost": LostForm()} | refused
    now = database_now()
    context = {
        "offer": found,
        "lead": found.lead,
        "forms": forms,
        "refused": list(refused),
        "reports": found.lead.reports.select_related("reported_by") if found.is_taken else [],
        "may_answer": found.is_open and found.due_at > now and policies.can_answer(request.user, found),
        "may_work": found.is_at_work and policies.can_work(request.user, found),
        "entries": timeline(OFFER, found.public_id, reader=request.user),
        "now": now,
    }
    status = next((status_of(form) for form in refused.values()), 200)
    return render(request, "deals/leads/offer.html", context, status=status)
