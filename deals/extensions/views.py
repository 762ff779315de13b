"""The pages on which an extension is asked for and decided."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from deals.extensions import actions, policies, rules
from deals.extensions.forms import ExtendForm, ExtensionForm
from deals.extensions.models import extension_of
from deals.registrations import policies as registration_policies
from deals.registrations.models import Registration
from deals.registrations.views import own, seen
from deals.rulebook import SCHEMA, DealRules
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def extend(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the partner."""
    registration, now = own(request, public_id), database_now()
    if request.method == "GET" and not policies.can_ask(request.user, registration, now):
        return redirect(registration)
    form = ExtendForm(posted(request))
    verb = lambda: actions.ask_extension(registration=registration, by=request.user, now=now, **form.cleaned_data)  # noqa: E731
    if _done(request, form, verb):
        messages.success(request, _("Your request is on its way. The protection goes on until it is decided."))
        return redirect(registration)
    deal_rules = current(SCHEMA, DealRules, now=now).values
    until = rules.extended_end(
        registration.protected_until or now, deal_rules, registration.partner.organisation.time_zone
    )
    context = {"deal": registration, "form": form, "until": until}
    return render(request, "deals/extend.html", context, status=status_of(form) if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member
def extension(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the account manager."""
    registration, now = seen(request, public_id), database_now()
    if not registration_policies.can_decide(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    if request.method == "GET" and not policies.can_decide(request.user, registration):
        return redirect(registration)
    form = ExtensionForm(posted(request))
    verb = lambda: actions.decide_extension(registration=registration, by=request.user, now=now, **form.given())  # noqa: E731
    if _done(request, form, verb):
        messages.success(
            request, _("Decided: %(partner)s reads it now.") % {"partner": registration.partner.organisation.name}
        )
        return redirect(registration)
    context = {"deal": registration, "form": form, "extension": extension_of(registration), "now": now}
    return render(request, "deals/extension.html", context, status=status_of(form) if form.errors else 200)


def _done(request: MemberRequest, form: ExtendForm | ExtensionForm, verb: Callable[[], Registration]) -> bool:
    return form.is_valid() and attempt(request, verb, form) is not None
