"""The pages on which an appeal is asked and decided."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from deals.appeals import actions, policies
from deals.appeals.forms import AppealDecisionForm, AppealForm
from deals.appeals.models import appeal_of, refused_lines
from deals.appeals.selectors import appealable_until
from deals.registrations.models import Registration
from deals.registrations.views import own, seen
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def appeal(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the partner."""
    registration, now = own(request, public_id), database_now()
    if request.method == "GET" and not policies.can_appeal(request.user, registration):
        return redirect(registration)
    form = AppealForm(posted(request))
    verb = lambda: actions.appeal(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    if _done(request, form, verb):
        messages.success(request, _("Your appeal is on its way. Somebody else decides it."))
        return redirect(registration)
    context = {"deal": registration, "form": form, "until": appealable_until(registration)}
    context["refused"] = refused_lines(registration)
    return render(request, "deals/appeal.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    """For somebody else than the one who decided first."""
    registration, now = seen(request, public_id), database_now()
    if not policies.can_decide(request.user, registration):
        raise PermissionDenied(_("Somebody else decides this appeal."))
    if request.method == "GET" and not policies.waits_for(request.user, registration):
        return redirect(registration)
    form = AppealDecisionForm(posted(request), registration=registration)
    verb = lambda: actions.decide_appeal(registration=registration, by=request.user, now=now, **form.given())  # noqa: E731
    if _done(request, form, verb):
        said = {"partner": registration.partner.organisation.name}
        messages.success(request, _("Decided: %(partner)s reads it now.") % said)
        return redirect(registration)
    context = {"deal": registration, "form": form, "appeal": appeal_of(registration), "now": now}
    context["refused"] = refused_lines(registration)
    return render(request, "deals/appeal_decision.html", context, status=status_of(form) if form.errors else 200)


def _done(request: MemberRequest, form: AppealForm | AppealDecisionForm, verb: Callable[[], Registration]) -> bool:
    return form.is_valid() and attempt(request, verb, form) is not None
