"""The list of registrations, and what a partner does with one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.conflicts.texts import evidence_wanted, own_of
from deals.events import SUBJECT
from deals.registrations import actions, face, policies
from deals.registrations.filters import RegistrationFilter
from deals.registrations.forms import AnswerForm, LoseForm, ShareForm, WinForm, WithdrawForm
from deals.registrations.listing import LISTING, filter_of, rows_of
from deals.registrations.models import Registration
from deals.registrations.rules import allows
from deals.registrations.selectors import colleagues_to_share_with, worth_of
from deals.registrations.states import State, Verb
from deals.registrations.winning import is_early
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.ledger.shown import today_of
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of


@require_GET
@requires(*policies.READERS)
@narrowed_by(RegistrationFilter)
def deals(request: MemberRequest) -> HttpResponse:
    now = database_now()
    form = filter_of(request.user, request.GET)
    page = page_of(request, form.narrowed(rows_of(request.user), now), order=form.order)
    context = {
        "page": page,
        "form": form,
        "now": now,
        "worths": worth_of(page.rows, today_of(request.user, now)),
        "may_register": policies.can_register(request.user),
        "may_export": request.user.may(*policies.EXPORTERS),
    }
    return render(request, "deals/_list.html" if request.htmx else "deals/list.html", context)


@require_GET
@requires(*policies.EXPORTERS)
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


def seen(request: MemberRequest, public_id: str) -> Registration:
    """The registration if the person may read it; else 404, as if it were not there."""
    return get_object_or_404(rows_of(request.user), public_id=public_id)


def own(request: MemberRequest, public_id: str) -> Registration:
    """The registration if the person may act on it for the partner."""
    registration = seen(request, public_id)
    if not policies.can_act_for_partner(request.user, registration):
        raise PermissionDenied(_("A colleague of yours works on this registration."))
    return registration


def told_of(request: MemberRequest, registration: Registration, now: datetime) -> dict[str, Any]:
    """What both faces of a registration say of it."""
    return {
        "deal": registration,
        "now": now,
        "worths": worth_of([registration], today_of(request.user, now)),
        "steps": face.steps(registration, now),
        "shield": face.shield(registration, now),
        "promised": face.promised(registration.terms),
        "services": face.services(registration),
    }


def partner_page(request: MemberRequest, registration: Registration, **bound: BaseForm) -> HttpResponse:
    """The partner's face of a registration; a form that was refused stands in it with its sentences."""
    now = database_now()
    context: dict[str, Any] = {
        **told_of(request, registration, now),
        "entries": timeline(SUBJECT, registration.public_id, reader=request.user),
        "refused": next(iter(bound.values()), None),
        "would_change": evidence_wanted(registration.decision_reason, own_of(registration)),
        **_verbs(request, registration),
        **bound,
    }
    status = status_of(next(iter(bound.values()))) if bound else 200
    return render(request, "deals/partner.html", context, status=status)


def _verbs(request: MemberRequest, registration: Registration) -> dict[str, Any]:
    """What the person may do now, each with its form."""
    if not policies.can_act_for_partner(request.user, registration):
        return {}
    state = registration.state
    return {
        "may_edit": allows(Verb.EDIT, state),
        "may_answer": allows(Verb.ANSWER, state),
        "withdraw": WithdrawForm() if allows(Verb.WITHDRAW, state) else None,
        "win": _win_form(registration) if allows(Verb.WIN, state) else None,
        "lose": LoseForm() if allows(Verb.LOSE, state) else None,
        "share": ShareForm(colleagues=colleagues_to_share_with(registration)),
        "shares": registration.shares.select_related("user").order_by("shared_at"),
    }


@require_http_methods(["GET", "POST"])
@member
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = own(request, public_id)
    if request.method == "GET" and registration.state != State.ASKED:
        return redirect(registration)
    form = AnswerForm(request.POST or None, registration=registration)
    if form.is_valid() and attempt(request, lambda: _answer(request, registration, form), form) is not None:
        messages.success(request, _("Your answer is sent. Your place in line is kept."))
        return redirect(registration)
    context = {"deal": registration, "form": form, "now": database_now()}
    return render(request, "deals/answer.html", context, status=status_of(form) if form.errors else 200)


def _answer(request: MemberRequest, registration: Registration, form: AnswerForm) -> Registration:
    return actions.answer(
        registration=registration,
        message=form.cleaned_data["message"],
        values=form.values(),
        fields=form.paths,
        by=request.user,
        now=database_now(),
    )


@require_POST
@member
def discard(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = own(request, public_id)
    name = registration.customer_name
    done = attempt(request, lambda: _done(actions.discard_draft, request, registration))
    if done:
        messages.success(request, _("The draft for %(customer)s is discarded.") % {"customer": name})
    return redirect("deals") if done else redirect(registration)


def _done(verb: Callable[..., None], request: MemberRequest, registration: Registration) -> bool:
    verb(registration=registration, by=request.user, now=database_now())
    return True


@require_POST
@member
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    return _end(request, public_id, "withdraw", actions.withdraw, _("The registration is withdrawn."))


@require_POST
@member
def win(request: MemberRequest, public_id: str) -> HttpResponse:
    return _end(request, public_id, "win", actions.win, _("Congratulations, the deal is won."))


@require_POST
@member
def lose(request: MemberRequest, public_id: str) -> HttpResponse:
    return _end(request, public_id, "lose", actions.lose, _("The deal is closed as lost; the protection has ended."))


@require_POST
@member
def share(request: MemberRequest, public_id: str) -> HttpResponse:
    return _end(request, public_id, "share", actions.share, _("Your colleague can read this registration now."))


def _end(request: MemberRequest, public_id: str, name: str, verb: Callable[..., Any], success: str) -> HttpResponse:
    """What the four verbs at the bottom of the page have in common; each has a form of its name."""
    registration = own(request, public_id)
    form = _form_of(name, request, registration)
    given = {"registration": registration, "by": request.user, "now": database_now()}
    if form.is_valid() and attempt(request, lambda: verb(**given, **form.cleaned_data), form) is not None:
        messages.success(request, success)
        return redirect(registration)
    return partner_page(request, registration, **{name: form})


def _win_form(registration: Registration, given: QueryDict | None = None) -> WinForm:
    early = is_early(registration, database_now())
    return WinForm(given, registration=registration, today=localdate(), early=early)


def _form_of(
    name: str, request: MemberRequest, registration: Registration
) -> WithdrawForm | WinForm | LoseForm | ShareForm:
    match name:
        case "withdraw":
            return WithdrawForm(request.POST)
        case "win":
            return _win_form(registration, request.POST)
        case "lose":
            return LoseForm(request.POST)
    return ShareForm(request.POST, colleagues=colleagues_to_share_with(registration))
