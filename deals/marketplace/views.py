"""The pages of offers in marketplaces."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.marketplace import actions, policies
from deals.marketplace.forms import OfferFilter, OfferForm
from deals.marketplace.listing import LISTING, ORDER, offers_of
from deals.marketplace.models import MarketplaceOffer
from deals.marketplace.sheet import SHEET
from deals.marketplace.states import MarketState
from deals.registrations.models import Registration
from deals.sheet_doors import sheet_page
from deals.sheets import TAKES
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)


@require_GET
@reads
@narrowed_by(OfferFilter)
def offers(request: MemberRequest) -> HttpResponse:
    form = OfferFilter(request.GET, reader=request.user)
    context = {
        "page": page_of(request, form.narrowed(offers_of(request.user)), order=ORDER),
        "form": form,
        "now": database_now(),
        "may_import": policies.can_import(request.user),
        "may_export": request.user.may(*policies.EXPORTERS),
    }
    return render(request, "deals/marketplace/_list.html" if request.htmx else "deals/marketplace/list.html", context)


@require_GET
@requires(*policies.EXPORTERS)
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@requires(P.DEALS_REGISTER, P.DEALS_DECIDE, P.DEALS_OVERRIDE)
def take_in(request: MemberRequest) -> HttpResponse:
    return sheet_page(request, SHEET)


take_in.takes_bytes = TAKES  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@reads
def new(request: MemberRequest, public_id: str) -> HttpResponse:
    """An offer for the registration that the address names."""
    rows = Registration.objects.visible_to(request.user).select_related("partner__organisation", "partner__pam")
    deal = get_object_or_404(rows, public_id=public_id)
    if not policies.can_write(request.user, deal):
        raise PermissionDenied(_("Your role does not allow this for this registration."))
    form = OfferForm(posted(request), initial={"buyer": deal.customer_name, "currency": deal.currency or "EUR"})
    if form.is_valid():
        made = _added(request, form, deal) if form.is_first() else None
        if made is not None or not form.errors:
            return redirect(made or deal)
        form.give_back()
    context = {"form": form, "deal": deal}
    return render(request, "deals/marketplace/form.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@reads
def offer(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    may_write = policies.can_write(request.user, found.registration)
    context = {"offer": found, "deal": found.registration, "may_write": may_write, "now": database_now()}
    return render(request, "deals/marketplace/page.html", context)


@require_http_methods(["GET", "POST"])
@reads
def change(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _own(request, public_id)
    if request.method == "GET" and not found.can_change:
        return redirect(found)
    form = OfferForm(posted(request), offer=found)
    if form.is_valid():
        verb = lambda: actions.change_offer(offer=found, values=form.values(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, verb, form) is not None:
            return redirect(found)
    context = {"form": form, "deal": found.registration, "offer": found}
    return render(request, "deals/marketplace/form.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@reads
def send(request: MemberRequest, public_id: str) -> HttpResponse:
    return _moved(request, public_id, MarketState.SENT, _("The offer is with the buyer."))


@require_POST
@reads
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    return _moved(request, public_id, MarketState.ACCEPTED, _("Accepted. The account manager is told."))


@require_POST
@reads
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    return _moved(request, public_id, MarketState.WITHDRAWN, _("Withdrawn."))


def _moved(request: MemberRequest, public_id: str, state: MarketState, said: str) -> HttpResponse:
    found = _own(request, public_id)
    verb = lambda: actions.move_offer(offer=found, state=state, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, said)
    return redirect(found)


def _added(request: MemberRequest, form: OfferForm, deal: Registration) -> MarketplaceOffer | None:
    verb = lambda: actions.add_offer(registration=deal, values=form.values(), by=request.user, now=database_now())  # noqa: E731
    return attempt(request, verb, form)


def _one(request: MemberRequest, public_id: str) -> MarketplaceOffer:
    found = offers_of(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _own(request: MemberRequest, public_id: str) -> MarketplaceOffer:
    """Closed for those who read it and may not act on it."""
    found = _one(request, public_id)
    if not policies.can_write(request.user, found.registration):
        raise PermissionDenied(_("Your role does not allow this for this registration."))
    return found
