"""The pages of proofs: handing one in, what waits for review, and the decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enablement.certificates.selectors import missing_prerequisites, standing_of
from enablement.certification.listing import certifications_of
from enablement.certification.models import Certification
from enablement.claims import actions, policies
from enablement.claims.forms import ClaimFilter, ClaimForm, DecideClaimForm
from enablement.claims.listing import LISTING, ORDER, claims_of
from enablement.claims.models import SUBJECT, Claim
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)


@require_GET
@reads
@narrowed_by(ClaimFilter)
def claims(request: MemberRequest) -> HttpResponse:
    form = ClaimFilter(request.GET, reader=request.user)
    page = page_of(request, form.narrowed(claims_of(request.user)), order=ORDER)
    context = {"page": page, "form": form, "now": database_now()}
    return render(request, f"enablement/claims/{'_list' if request.htmx else 'list'}.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@reads
def new(request: MemberRequest, public_id: str) -> HttpResponse:
    wanted = get_object_or_404(certifications_of(request.user), public_id=public_id)
    if not policies.can_hand_in(request.user):
        raise PermissionDenied(_("Your role holds no certificates."))
    form = ClaimForm(posted(request))
    if form.is_valid():
        if not form.is_first():
            return redirect("claims")
        made = _handed_in(request, wanted, form)
        if made is not None:
            return redirect(made)
        form.give_back()
    return _form(request, wanted, form)


@require_GET
@reads
def claim(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


@require_POST
@reads
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if not policies.can_decide(request.user, found):
        raise PermissionDenied(_("Another account manager looks after this partner."))
    form = DecideClaimForm(request.POST)
    if form.is_valid():
        verb = lambda: actions.decide_claim(claim=found, **form.given(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, verb, form) is not None:
            messages.success(request, _("Decided. The person is told."))
            return redirect(found)
    return _page(request, found, form)


@require_POST
@reads
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    if not policies.can_withdraw(request.user, found):
        raise PermissionDenied(_("Only who handed it in withdraws it."))
    verb = lambda: actions.withdraw_claim(claim=found, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Withdrawn."))
    return redirect(found)


def _handed_in(request: MemberRequest, wanted: Certification, form: ClaimForm) -> Claim | None:
    verb = lambda: actions.hand_in(  # noqa: E731
        certification=wanted, given=form.given(), by=request.user, now=database_now()
    )
    made = attempt(request, verb, form)
    if made is not None:
        messages.success(request, _("Handed in. You hear from us by the date below."))
    return made


def _one(request: MemberRequest, public_id: str) -> Claim:
    return get_object_or_404(claims_of(request.user), public_id=public_id)


def _form(request: MemberRequest, wanted: Certification, form: ClaimForm) -> HttpResponse:
    user, now = request.user, database_now()
    context: dict[str, Any] = {
        "form": form,
        "certification": wanted,
        "missing": missing_prerequisites(user, wanted, now),
        "standing": standing_of(user, wanted),
    }
    return render(request, "enablement/claims/form.html", context, status=status_of(form) if form.errors else 200)


def _page(request: MemberRequest, found: Claim, form: DecideClaimForm | None = None) -> HttpResponse:
    user = request.user
    decides = found.is_open and policies.can_decide(user, found)
    context = {
        "claim": found,
        "decide": form or (DecideClaimForm() if decides else None),
        "may_withdraw": found.is_open and policies.can_withdraw(user, found),
        "entries": timeline(SUBJECT, found.public_id, reader=user),
        "now": database_now(),
    }
    return render(request, "enablement/claims/page.html", context, status=status_of(form) if form else 200)
