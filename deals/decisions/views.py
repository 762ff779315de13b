"""One address, two faces: the partner's page of a registration, and the one it is decided on."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from deals.conflicts.models import Band, Finding
from deals.conflicts.reading import read_findings
from deals.decisions import actions, review
from deals.decisions.forms import ApproveForm, AskForm, RejectForm
from deals.events import SUBJECT
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.states import Outcome, State
from deals.registrations.views import partner_page, seen, told_of
from prm.audit.selectors import TimelineEntry, timeline
from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of

TOLD_OF_FINDINGS = {"deal.assessed", "deal.judged", "deal.overridden"}
DecisionForm = ApproveForm | AskForm | RejectForm


@require_GET
@member
def deal(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = seen(request, public_id)
    if request.user.is_partner:
        return partner_page(request, registration)
    return _review_page(request, registration)


@require_GET
@member
def findings(request: MemberRequest, public_id: str) -> HttpResponse:
    """Asked for again and again by an open page until the check is done."""
    registration = seen(request, public_id)
    if not policies.can_see_findings(request.user):
        raise PermissionDenied
    return render(
        request,
        "deals/_findings.html",
        {"deal": registration, "live": True} | review.findings(registration, request.user, database_now()),
    )


@require_POST
@member
def approve(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = _to_decide(request, public_id)
    suggested = review.suggestions(read_findings(registration, reader=request.user))
    form = ApproveForm(request.POST, registration=registration, suggestions=suggested)
    sentence = _("Approved: %(customer)s is protected for %(partner)s.")
    if request.POST.get("outcome") == Outcome.NON_EXCLUSIVE:
        sentence = _("Approved, not exclusive: %(partner)s has terms for %(customer)s, and no protection.")
    return _decide(request, registration, "approve", actions.approve, form, sentence)


@require_POST
@member
def ask(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = _to_decide(request, public_id)
    sentence = _("Your question about %(customer)s is on its way to %(partner)s.")
    return _decide(request, registration, "ask", actions.ask, AskForm(request.POST), sentence)


@require_POST
@member
def reject(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = _to_decide(request, public_id)
    sentence = _("Rejected: %(partner)s reads your reason for %(customer)s.")
    return _decide(request, registration, "reject", actions.reject, RejectForm(request.POST), sentence)


def _to_decide(request: MemberRequest, public_id: str) -> Registration:
    registration = seen(request, public_id)
    if not policies.can_decide(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    return registration


def _decide(
    request: MemberRequest,
    registration: Registration,
    name: str,
    verb: Callable[..., Registration],
    form: DecisionForm,
    success: str,
) -> HttpResponse:
    given = {"registration": registration, "by": request.user, "now": database_now()}
    if form.is_valid() and attempt(request, lambda: verb(**given, **form.given()), form) is not None:
        names = {"customer": registration.customer_name, "partner": registration.partner.organisation.name}
        messages.success(request, success % names)
        return redirect(registration)
    return _review_page(request, seen(request, registration.public_id), **{name: form})


def _review_page(request: MemberRequest, registration: Registration, **bound: DecisionForm) -> HttpResponse:
    now = database_now()
    found = review.findings(registration, request.user, now)
    refused = next(iter(bound.values()), None)
    context = {
        **told_of(request, registration, now),
        "entries": _history(request, registration),
        "refused": refused,
        **found,
        **review.consequences(registration, request.user, now),
        **review.partner_record(registration, now),
        **_forms(request, registration, found),
        **bound,
    }
    return render(request, "deals/review.html", context, status=status_of(refused) if refused else 200)


def _history(request: MemberRequest, registration: Registration) -> list[TimelineEntry]:
    """Colleagues of the vendor who do not see findings do not read of them either."""
    entries = timeline(SUBJECT, registration.public_id, reader=request.user)
    if policies.can_see_findings(request.user):
        return entries
    return [entry for entry in entries if entry.kind not in TOLD_OF_FINDINGS]


def _could_share(finding: Finding) -> bool:
    """Another registration for the same opportunity; whether the two fit together, its page says."""
    return finding.subject_type == SUBJECT and finding.matched != Band.HINT and bool(finding.overlap)


def _forms(request: MemberRequest, registration: Registration, found: dict[str, Any]) -> dict[str, Any]:
    """The three ways to decide, for those who may and while there is something to decide."""
    if registration.state != State.SUBMITTED or registration.teaming_due_at is not None:
        return {}
    if not policies.can_decide(request.user, registration):
        return {}
    suggested = review.suggestions(found.get("reads", []))
    return {
        "approve": ApproveForm(registration=registration, suggestions=suggested),
        "ask": AskForm(),
        "reject": RejectForm(),
        "may_team": any(_could_share(read.finding) for read in found.get("reads", [])),
        "must_give_reason": policies.must_give_reason(request.user, registration),
    }
