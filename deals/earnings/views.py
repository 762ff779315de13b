"""A refund, on a page of its own: it cannot be taken back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from deals.earnings import actions, policies
from deals.earnings.forms import RefundForm
from deals.registrations.models import Registration
from deals.registrations.states import State
from deals.registrations.views import seen
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def refund(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = seen(request, public_id)
    if not policies.can_refund(request.user, registration):
        raise PermissionDenied(_("You may not record refunds of this deal."))
    if request.method == "GET" and registration.state != State.WON:
        return redirect(registration)
    form = RefundForm(posted(request), registration=registration)
    if form.is_valid() and _refunded(request, registration, form):
        return redirect(registration)
    left = (registration.won_value or 0) - registration.refunded_value
    context = {"deal": registration, "form": form, "left": left}
    return render(request, "deals/refund.html", context, status=status_of(form) if form.errors else 200)


def _refunded(request: MemberRequest, registration: Registration, form: RefundForm) -> bool:
    """Whether it is done, now or by the same form before."""
    if not form.is_first():
        messages.info(request, _("This refund is recorded already."))
        return True
    given: dict[str, Any] = {"registration": registration, "by": request.user, "now": database_now()}
    if attempt(request, lambda: actions.refund(**given, **form.given()), form) is None:
        form.give_back()
        return False
    messages.success(request, _("The refund is recorded, and its share of the earnings is taken back."))
    return True
