"""Pages of whoever pays: what can be paid, the runs, one run; and of whoever is paid: where to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.payments import actions, files, policies, selectors
from prm.payments.forms import PayeeForm, PrepareForm, ResultsForm
from prm.payments.listing import LISTING, ORDER, runs_of
from prm.payments.models import Payee, PaymentRun
from prm.payments.states import FILED, PayeeState, RunState
from prm.portal.exports import download, listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of
from prm.rates.selectors import together
from prm.rates.shown import sentence

reads = requires(P.PAYMENTS_READ)
pays = requires(P.PAYMENTS_RUN)
approves = requires(P.PAYMENTS_RUN, P.PAYMENTS_APPROVE)
manages_payee = requires(P.PAYEE_MANAGE)


@require_http_methods(["GET", "POST"])
@reads
def payments(request: MemberRequest) -> HttpResponse:
    may_run = policies.can_run(request.user)
    if request.method == "POST" and not may_run:
        raise PermissionDenied(_("Your role does not pay partners."))
    now = database_now()
    today = actions.today_of(request.user, now)
    outlooks = selectors.outlooks(now, today)
    form = _prepare_form(request, outlooks, now)
    made = _prepared(request, form, now) if form.is_valid() else None
    if made is not None:
        return redirect(made)
    context = {
        "page": page_of(request, runs_of(request.user), order=ORDER),
        "outlooks": outlooks,
        "together": sentence(together([row.money for row in outlooks], today)),
        "form": form if may_run else None,
        "requested": Payee.objects.visible_to(request.user).requested().select_related("organisation", "requested_by"),
    }
    return render(request, "payments/list.html", context, status=status_of(form) if form.errors else 200)


def _prepare_form(request: MemberRequest, outlooks: list[selectors.Outlook], now: datetime) -> PrepareForm:
    currencies = [row.currency for row in outlooks if row.payments]
    initial = {"due_on": actions.today_of(request.user, now)}
    return PrepareForm(posted(request), currencies=currencies, initial=initial)


def _prepared(request: MemberRequest, form: PrepareForm, now: datetime) -> PaymentRun | None:
    made = attempt(request, lambda: actions.prepare_run(**form.cleaned_data, by=request.user, now=now), form)
    if made is not None:
        messages.success(request, _("The run is prepared. Look through it, then have it approved."))
    return made


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@reads
def run(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


def _one(request: MemberRequest, public_id: str) -> PaymentRun:
    return get_object_or_404(runs_of(request.user), public_id=public_id)


def _page(request: MemberRequest, found: PaymentRun, form: ResultsForm | None = None) -> HttpResponse:
    may = policies.can_run(request.user)
    context = {
        "run": found,
        "payments": found.payments.select_related("organisation", "payee").order_by("organisation__name", "pk"),
        "may_approve": found.state == RunState.DRAFT and policies.can_approve(request.user, found),
        "waits_for_another": found.state == RunState.DRAFT and may and not policies.can_approve(request.user, found),
        "may_export": found.state == RunState.APPROVED and may,
        "may_discard": found.state in {RunState.DRAFT, RunState.APPROVED} and may,
        "may_fetch": found.state in {RunState.EXPORTED, RunState.CLOSED} and may,
        "is_sepa": found.currency == actions.SEPA,
        "form": (form or ResultsForm()) if found.state == RunState.EXPORTED and may else None,
    }
    return render(request, "payments/run.html", context, status=status_of(form) if form and form.errors else 200)


@require_POST
@approves
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.approve_run, _("The run is approved."))


@require_POST
@pays
def hand_over(request: MemberRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.export_run, _("The file for the bank is ready."))


@require_POST
@pays
def discard(request: MemberRequest, public_id: str) -> HttpResponse:
    return _act(request, public_id, actions.discard_run, _("The run is discarded; nothing of it is paid."))


def _act(request: MemberRequest, public_id: str, verb: Callable[..., Any], success: str) -> HttpResponse:
    found = _one(request, public_id)
    if attempt(request, lambda: verb(run=found, by=request.user, now=database_now())) is not None:
        messages.success(request, success)
    return redirect(found)


@require_POST
@pays
def results(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    form = ResultsForm(request.POST, request.FILES)
    if form.is_valid():
        content = form.cleaned_data["file"].read()

        def taken() -> PaymentRun:
            return actions.take_results(
                run=found, results=files.read_results(content), by=request.user, now=database_now()
            )

        if attempt(request, taken, form) is not None:
            messages.success(request, _("The bank's answer is taken in."))
            return redirect(found)
    return _page(request, found, form)


@require_GET
@pays
def file(request: MemberRequest, public_id: str) -> HttpResponseBase:
    """What goes to the bank, as often as it is needed: the same each time."""
    found = _one(request, public_id)
    if found.state not in FILED:
        raise Http404
    if request.GET.get("file") != "xml":
        return download(request, found.public_id, files.HEADER, files.rows(found))
    if found.currency != actions.SEPA:
        raise Http404
    response = HttpResponse(files.sepa(found), content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="{found.public_id}.xml"'
    return response


@require_POST
@pays
def payee_confirm(request: MemberRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, actions.confirm_payee, _("Confirmed: payments go to this account from now on."))


@require_POST
@pays
def payee_decline(request: MemberRequest, public_id: str) -> HttpResponse:
    return _decide(request, public_id, actions.decline_payee, _("Declined: the account before stays in use."))


def _decide(request: MemberRequest, public_id: str, verb: Callable[..., Any], success: str) -> HttpResponse:
    payee = get_object_or_404(Payee.objects.visible_to(request.user), public_id=public_id)
    if attempt(request, lambda: verb(payee=payee, by=request.user, now=database_now())) is not None:
        messages.success(request, success)
    return redirect("payments")


@require_http_methods(["GET", "POST"])
@manages_payee
def payee(request: MemberRequest) -> HttpResponse:
    form = PayeeForm(posted(request))
    given: dict[str, Any] = {"by": request.user, "now": database_now()}
    if (
        form.is_valid()
        and attempt(request, lambda: actions.request_payee(**form.cleaned_data, **given), form) is not None
    ):
        messages.success(request, _("Thank you. The account counts once a second person has confirmed it with you."))
        return redirect("payee")
    known = {row.state: row for row in Payee.objects.visible_to(request.user).order_by("pk")}
    requested = known.get(PayeeState.REQUESTED)
    context = {"active": known.get(PayeeState.ACTIVE), "requested": requested, "form": None if requested else form}
    return render(request, "payments/payee.html", context, status=status_of(form) if form.errors else 200)
