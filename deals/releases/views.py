"""The page on which a first refusal is answered."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.registrations.models import Registration
from deals.registrations.views import own
from deals.releases import actions, policies
from deals.releases.forms import TakeUpForm
from deals.releases.selectors import turn_of
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def take_up(request: MemberRequest, public_id: str) -> HttpResponse:
    registration, now = own(request, public_id), database_now()
    turn = turn_of(registration)
    if request.method == "GET" and not policies.can_answer(request.user, registration, turn, now):
        return redirect(registration)
    form = TakeUpForm(posted(request), registration=registration)
    if form.is_valid() and (made := _taken(request, registration, form)) is not None:
        messages.success(request, _("Taken up: your place in line is kept, and your account manager decides."))
        return redirect(made)
    context = {"deal": registration, "form": form, "turn": turn}
    return render(request, "deals/take_up.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def decline(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = own(request, public_id)
    verb = lambda: actions.decline(registration=registration, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("Declined. Whoever asked next is told."))
    return redirect(registration)


def _taken(request: MemberRequest, registration: Registration, form: TakeUpForm) -> Registration | None:
    now = database_now()
    verb = lambda: actions.take_up(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    return attempt(request, verb, form)
