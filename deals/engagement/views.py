"""The pages on which an appeal against the confirmed engagement is asked and decided."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from deals.engagement import actions, policies
from deals.engagement.forms import EngagementAppealForm, EngagementDecisionForm
from deals.engagement.models import engagement_appeal_of
from deals.engagement.selectors import appealable_until, help_given
from deals.registrations.models import Registration
from deals.registrations.states import Engagement
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
    until = appealable_until(registration)
    if request.method == "GET" and (until is None or not policies.can_appeal(request.user, registration)):
        return redirect(registration)
    form = EngagementAppealForm(posted(request))
    verb = lambda: actions.appeal_engagement(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    if _done(request, form, verb):
        messages.success(request, _("Your appeal is on its way. Somebody else decides it."))
        return redirect(registration)
    context = {"deal": registration, "form": form, "until": until, "claimed": claimed_of(registration)}
    return render(request, "deals/engagement.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member
def decide(request: MemberRequest, public_id: str) -> HttpResponse:
    """For somebody else than the one who approved it."""
    registration, now = seen(request, public_id), database_now()
    if not policies.can_decide(request.user, registration):
        raise PermissionDenied(_("Somebody else decides this appeal."))
    if request.method == "GET" and not policies.waits_for(request.user, registration):
        return redirect(registration)
    form = EngagementDecisionForm(posted(request))
    verb = lambda: actions.decide_engagement(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    if _done(request, form, verb):
        said = {"partner": registration.partner.organisation.name}
        messages.success(request, _("Decided: %(partner)s reads it now.") % said)
        return redirect(registration)
    asked = {"appeal": engagement_appeal_of(registration), "help": help_given(request.user, registration)}
    context = {"deal": registration, "form": form, **asked}
    return render(request, "deals/engagement_decision.html", context, status=status_of(form) if form.errors else 200)


def claimed_of(registration: Registration) -> str:
    """What the partner registered, in words."""
    claimed = registration.claimed_engagement
    return str(Engagement(claimed).label) if claimed else ""


def _done(
    request: MemberRequest, form: EngagementAppealForm | EngagementDecisionForm, verb: Callable[[], Registration]
) -> bool:
    return form.is_valid() and attempt(request, verb, form) is not None
