"""The pages of cases: the list, and the one on which a case is read and decided."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from deals.cases import policies
from deals.cases.actions import decide_case
from deals.cases.forms import CaseFilter, CaseForm
from deals.cases.listing import LISTING, NEWEST, cases_of, filter_of
from deals.cases.models import DirectCase
from deals.direct.policies import READERS
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of


@require_GET
@requires(*READERS)
@narrowed_by(CaseFilter)
def cases(request: MemberRequest) -> HttpResponse:
    form = filter_of(request.user, request.GET)
    page = page_of(request, form.narrowed(cases_of(request.user)), order=NEWEST)
    rows = [(case, policies.can_see_partner(request.user, case)) for case in page.rows]
    context = {"page": page, "rows": rows, "form": form, "now": database_now()}
    return render(request, "deals/direct/_cases.html" if request.htmx else "deals/direct/cases.html", context)


@require_GET
@requires(*READERS)
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@member
def case(request: MemberRequest, public_id: str) -> HttpResponse:
    found = get_object_or_404(cases_of(request.user), public_id=public_id)
    may = policies.can_decide(request.user, found)
    if request.method == "POST" and not may:
        raise PermissionDenied(_("You may not decide this case."))
    form = CaseForm(posted(request))
    if form.is_valid() and _decided(request, found, form):
        messages.success(request, _("Decided: everybody whom it concerns reads it now."))
        return redirect(found)
    context = {
        "case": found,
        "form": form if may and (found.is_open or form.is_bound) else None,
        "sees_partner": policies.can_see_partner(request.user, found),
        "now": database_now(),
    }
    return render(request, "deals/direct/case.html", context, status=status_of(form) if form.errors else 200)


def _decided(request: MemberRequest, found: DirectCase, form: CaseForm) -> bool:
    verb = lambda: decide_case(case=found, **form.given(), by=request.user, now=database_now())  # noqa: E731
    return attempt(request, verb, form) is not None
