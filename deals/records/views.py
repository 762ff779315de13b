"""The pages of partners of record: the list, one of them with what can be done about it, asking and appointing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.records import actions, policies
from deals.records.forms import (
    AnswerProofForm,
    AppointForm,
    ConsentForm,
    DecideForm,
    EndForm,
    ProofForm,
    RecordFilter,
)
from deals.records.listing import LISTING, NEWEST, filter_of, records_of
from deals.records.models import SUBJECT, PartnerOfRecord
from deals.registrations.models import Registration
from deals.registrations.policies import can_act_for_partner
from deals.registrations.states import State
from deals.registrations.views import seen
from partners.models import Account
from prm.audit.selectors import timeline
from prm.clocks.calendar import local_date
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of

reads = requires(*policies.READERS)


@require_GET
@reads
@narrowed_by(RecordFilter)
def records(request: MemberRequest) -> HttpResponse:
    form = filter_of(request.user, request.GET)
    page = page_of(request, form.narrowed(records_of(request.user)), order=NEWEST)
    context = {"page": page, "form": form}
    return render(request, "deals/records/_list.html" if request.htmx else "deals/records/list.html", context)


@require_GET
@reads
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@member
def record(request: MemberRequest, public_id: str) -> HttpResponse:
    return _page(request, _one(request, public_id))


@require_POST
@member
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    _require(policies.can_decide(request.user, found))
    return _acted(request, found, "decide", DecideForm(request.POST), actions.decide_record)


@require_POST
@member
def prove(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    _require(policies.can_act(request.user, found))
    return _acted(request, found, "prove", ProofForm(request.POST), actions.give_proof)


@require_POST
@member
def answer_proof(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    _require(policies.can_decide(request.user, found))
    return _acted(request, found, "answer", AnswerProofForm(request.POST), actions.decide_proof)


@require_POST
@member
def end(request: MemberRequest, public_id: str) -> HttpResponse:
    found = _one(request, public_id)
    _require(policies.can_decide(request.user, found))
    return _acted(request, found, "end", EndForm(request.POST), actions.end_record)


@require_http_methods(["GET", "POST"])
@member
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    deal = seen(request, public_id)
    _require(can_act_for_partner(request.user, deal))
    if request.method == "GET" and deal.state != State.WON:
        return redirect(deal)
    form = ConsentForm(posted(request))
    made = _asked(request, deal, form) if form.is_valid() else None
    if made is not None:
        return redirect(made)
    context = {"form": form, "deal": deal}
    return render(request, "deals/records/ask.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(*policies.DECIDERS)
def appoint(request: MemberRequest, public_id: str) -> HttpResponse:
    account = get_object_or_404(Account.objects.visible_to(request.user), public_id=public_id)
    form = AppointForm(posted(request), by=request.user)
    made = _appointed(request, account, form) if form.is_valid() else None
    if made is not None:
        return redirect(made)
    context = {"form": form, "account": account}
    return render(request, "deals/records/appoint.html", context, status=status_of(form) if form.errors else 200)


def _asked(request: MemberRequest, deal: Registration, form: ConsentForm) -> Any:
    verb = lambda: actions.ask_record(registration=deal, **form.given(), by=request.user, now=database_now())  # noqa: E731
    return _once(request, form, verb, _("Asked: your account manager confirms it."))


def _appointed(request: MemberRequest, account: Account, form: AppointForm) -> Any:
    verb = lambda: actions.appoint(account=account, **form.given(), by=request.user, now=database_now())  # noqa: E731
    return _once(request, form, verb, _("Appointed: the partner is told."))


def _once(request: MemberRequest, form: ConsentForm, verb: Callable[[], PartnerOfRecord], said: str) -> Any:
    """What the verb made, or where a second click on the same form leads; None when it was refused."""
    if not form.is_first():
        return "records"
    made = attempt(request, verb, form)
    if made is None:
        form.give_back()
    else:
        messages.success(request, said)
    return made


def _acted(
    request: MemberRequest, found: PartnerOfRecord, name: str, form: Any, verb: Callable[..., PartnerOfRecord]
) -> HttpResponse:
    if form.is_valid():
        done = lambda: verb(record=found, **form.given(), by=request.user, now=database_now())  # noqa: E731
        if attempt(request, done, form) is not None:
            messages.success(request, _("Kept."))
            return redirect(found)
    return _page(request, found, **{name: form})


def _one(request: MemberRequest, public_id: str) -> PartnerOfRecord:
    return get_object_or_404(records_of(request.user), public_id=public_id)


def _require(may: bool) -> None:
    if not may:
        raise PermissionDenied(_("You may not do this for this customer."))


def _page(request: MemberRequest, found: PartnerOfRecord, **bound: Any) -> HttpResponse:
    user, now = request.user, database_now()
    decides, proofs = policies.can_decide(user, found), list(found.proofs.select_related("given_by", "decided_by"))
    waits = any(proof.decided_at is None for proof in proofs)
    today = local_date(now, found.partner.organisation.time_zone)
    proves = not waits and policies.can_act(user, found) and found.takes_proof(today)
    context = {
        "record": found,
        "proofs": proofs,
        "decide": DecideForm() if decides and found.is_asked else None,
        "prove": ProofForm() if proves else None,
        "answer": AnswerProofForm() if decides and waits else None,
        "end": EndForm() if decides and found.is_standing and not found.end_reason else None,
        "entries": timeline(SUBJECT, found.public_id, reader=user),
        "now": now,
        **bound,
    }
    status = status_of(next(iter(bound.values()))) if bound else 200
    return render(request, "deals/records/record.html", context, status=status)
