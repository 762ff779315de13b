"""The pages on which lower terms are proposed, answered and taken back."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.amendments import actions, policies
from deals.amendments.forms import AmendmentForm, ConsentForm
from deals.amendments.reading import sides
from deals.amendments.selectors import open_of
from deals.registrations import face
from deals.registrations.models import Registration
from deals.registrations.views import own, seen
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def propose(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the account manager."""
    registration, now = _decidable(request, public_id), database_now()
    if request.method == "GET" and not policies.is_changeable(registration):
        return redirect(registration)
    form = AmendmentForm(posted(request))
    verb = lambda: actions.propose_amendment(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    if _done(request, form, verb):
        said = {"partner": registration.partner.organisation.name}
        messages.success(request, _("%(partner)s is asked for its consent. Nothing changes before.") % said)
        return redirect(registration)
    context = {"deal": registration, "form": form, "promised": face.promised(registration.terms)}
    return render(request, "deals/amend.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the partner."""
    registration, now = own(request, public_id), database_now()
    found = open_of(registration)
    if request.method == "GET" and (found is None or not policies.is_changeable(registration)):
        return redirect(registration)
    form = ConsentForm(posted(request))
    verb = lambda: actions.answer_amendment(registration=registration, by=request.user, now=now, **form.given())  # noqa: E731
    if _done(request, form, verb):
        messages.success(request, _("Your answer is recorded."))
        return redirect(registration)
    context = {"deal": registration, "form": form, "amendment": found, **(sides(found) if found else {})}
    return render(request, "deals/amendment.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = _decidable(request, public_id)
    verb = lambda: actions.withdraw_amendment(registration=registration, by=request.user, now=database_now())  # noqa: E731
    if attempt(request, verb) is not None:
        messages.success(request, _("The proposal is taken back; the terms stay as they are."))
    return redirect(registration)


def _decidable(request: MemberRequest, public_id: str) -> Registration:
    registration = seen(request, public_id)
    if not policies.can_propose(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    return registration


def _done(request: MemberRequest, form: AmendmentForm | ConsentForm, verb: Callable[[], Registration]) -> bool:
    return form.is_valid() and attempt(request, verb, form) is not None
