"""A reversal, on a page of its own: it cannot be taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from deals.conflicts.selectors import rules_in_force
from deals.registrations.views import seen
from deals.reversals import actions, policies
from deals.reversals.forms import ReverseForm
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def reverse(request: MemberRequest, public_id: str) -> HttpResponse:
    registration, now = seen(request, public_id), database_now()
    if not policies.can_reverse(request.user, registration):
        raise PermissionDenied(_("You may not reverse this decision."))
    if request.method == "GET" and not policies.is_offered(request.user, registration):
        return redirect(registration)
    form = ReverseForm(posted(request), registration=registration, rules=rules_in_force(now).values)
    verb = lambda: actions.reverse(registration=registration, by=request.user, now=now, **form.given())  # noqa: E731
    if form.is_valid() and attempt(request, verb, form) is not None:
        messages.success(request, _("The decision is reversed; the partner reads your reason."))
        return redirect(registration)
    context = {"deal": registration, "form": form}
    return render(request, "deals/reverse.html", context, status=status_of(form) if form.errors else 200)
