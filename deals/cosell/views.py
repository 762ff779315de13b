"""The pages of selling together: the list, the request, and the page on which both sides work."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.cosell import actions, policies, stepping
from deals.cosell.forms import (
    AcceptCoSellForm,
    AskCoSellForm,
    CoSellFilter,
    DeclineCoSellForm,
    EndCoSellForm,
    HandOverForm,
    NextStepForm,
)
from deals.cosell.listing import LISTING, NEWEST, co_sells_of, sides_of
from deals.cosell.models import READERS, CoSell
from deals.cosell.selectors import nameable, open_on
from deals.registrations.forms import SmallForm
from deals.registrations.states import OPEN
from deals.registrations.views import seen
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*READERS)
May = Callable[..., bool]


@require_GET
@reads
@narrowed_by(CoSellFilter)
def co_sells(request: MemberRequest) -> HttpResponse:
    form = CoSellFilter(request.GET, reader=request.user)
    page = page_of(request, form.narrowed(co_sells_of(request.user)), order=NEWEST)
    context = {"page": page, "form": form, "now": database_now()}
    return render(request, "deals/cosell/_list.html" if request.htmx else "deals/cosell/list.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@member
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    """Either side asks, from the page of the registration."""
    deal, now = seen(request, public_id), database_now()
    if not policies.acts_for_own_side(request.user, deal):
        raise PermissionDenied(_("A colleague of yours works on this registration."))
    if request.method == "GET" and (deal.state not in OPEN or open_on(deal) is not None):
        return redirect(deal)
    own = policies.side_of(request.user)
    form = AskCoSellForm(posted(request), own=own, people=nameable(deal, request.user), chosen=request.user)
    made = _made(request, form, lambda: actions.ask(registration=deal, by=request.user, now=now, **form.given()))
    if made is not None:
        messages.success(request, _("Asked: the answer is due by the date that stands here."))
        return redirect(made)
    return render(
        request, "deals/cosell/ask.html", {"deal": deal, "form": form}, status=status_of(form) if form.errors else 200
    )


def _made(request: MemberRequest, form: SmallForm, verb: Callable[[], CoSell]) -> CoSell | None:
    return attempt(request, verb, form) if form.is_valid() else None


@require_GET
@reads
def co_sell(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


@require_POST
@reads
def accept(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_answer)
    form = AcceptCoSellForm(request.POST, people=nameable(found.registration, request.user))
    return _done(request, found, form, actions.accept, "accept", _("You sell together from now on."))


@require_POST
@reads
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_answer)
    return _done(request, found, DeclineCoSellForm(request.POST), actions.decline, "decline", _("Declined."))


@require_POST
@reads
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_withdraw)
    verb = lambda: actions.withdraw(found=found, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Taken back."))
    return redirect(found)


@require_POST
@reads
def hand_over(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    form = HandOverForm(request.POST, people=nameable(found.registration, request.user))
    return _done(request, found, form, actions.hand_over, "hand_over", _("Handed over."))


@require_POST
@reads
def add_step(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    form = NextStepForm(request.POST, own=policies.side_of(request.user))
    return _done(request, found, form, stepping.add_step, "step", _("Noted."))


@require_POST
@reads
def complete_step(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    step = request.POST.get("step", "")
    verb = lambda: stepping.complete_step(found=found, step=step, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Done."))
    return redirect(found)


@require_POST
@reads
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id, policies.can_work)
    return _done(request, found, EndCoSellForm(request.POST), actions.end, "end", _("Ended."))


def _one(request: MemberRequest, public_id: str, may: May | None = None) -> CoSell:
    """Closed for those who read it and may not act on it."""
    found = co_sells_of(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if may is not None and not may(request.user, found):
        raise PermissionDenied(_("Your role does not allow this here."))
    return found


def _done(
    request: MemberRequest, found: CoSell, form: SmallForm, verb: Callable[..., CoSell], name: str, said: str
) -> HttpResponse:
    given = {"found": found, "by": request.user, "now": database_now()}
    if _made(request, form, lambda: verb(**given, **form.cleaned_data)) is None:
        return _page(request, _one(request, found.public_id), **{name: form})
    messages.success(request, said)
    # A seller who has handed over reads it no more.
    still = co_sells_of(request.user).filter(pk=found.pk).exists()
    return redirect(found if still else "co-sells")


def _page(request: MemberRequest, found: CoSell, **refused: SmallForm) -> HttpResponse:
    context = {
        "found": found,
        "deal": found.registration,
        "own": policies.side_of(request.user),
        "sides": sides_of(found),
        "steps": found.steps.select_related("done_by"),
        "refused": list(refused),
        "now": database_now(),
        **_forms(request, found),
        **refused,
    }
    form = next(iter(refused.values()), None)
    return render(request, "deals/cosell/page.html", context, status=status_of(form) if form else 200)


def _forms(request: MemberRequest, found: CoSell) -> dict[str, Any]:
    """What the person may do now, each with its form."""
    user, forms = request.user, dict[str, Any]()
    if found.is_asked and policies.can_answer(user, found):
        people = nameable(found.registration, user)
        forms |= {"accept": AcceptCoSellForm(people=people, chosen=user), "decline": DeclineCoSellForm()}
    if found.is_active and policies.can_work(user, found):
        own = policies.side_of(user)
        people = nameable(found.registration, user)
        forms |= {"step": NextStepForm(own=own), "end": EndCoSellForm()}
        forms["hand_over"] = HandOverForm(people=people, chosen=found.person_of(own))
    return {**forms, "may_withdraw": found.is_asked and policies.can_withdraw(user, found)}
