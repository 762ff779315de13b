"""The pages of a team: proposed by the account manager, answered by both partners."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.registrations import policies as registration_policies
from deals.registrations.states import Outcome
from deals.registrations.views import own, seen
from deals.rulebook import SCHEMA, DealRules
from deals.teaming import actions, policies
from deals.teaming.forms import AnswerTeamForm, ProposeForm
from deals.teaming.selectors import candidates
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def propose(request: MemberRequest, public_id: str) -> HttpResponse:
    registration, now = seen(request, public_id), database_now()
    if not registration_policies.can_decide(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    if request.method == "GET" and not policies.can_propose(request.user, registration):
        return redirect(registration)
    deal_rules, others = current(SCHEMA, DealRules, now=now).values, candidates(registration, now)
    form = ProposeForm(posted(request), registration=registration, others=others, deal_rules=deal_rules)
    given: dict[str, Any] = {"registration": registration, "by": request.user, "now": now}
    verb = lambda: actions.propose(proposal=form.proposal(), **given)  # noqa: E731
    if form.is_valid() and attempt(request, verb, form) is not None:
        messages.success(request, _("Both partners are asked. You read here what they answer."))
        return redirect(registration)
    context = {"deal": registration, "form": form, "others": others}
    return render(request, "deals/team.html", context, status=status_of(form) if form.errors else 200)


@require_POST
@member
def answer(request: MemberRequest, public_id: str) -> HttpResponse:
    """For the partner. What comes of it stands on the deal's page."""
    registration, form = own(request, public_id), AnswerTeamForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Accept or decline."))
        return redirect(registration)
    given: dict[str, Any] = {"registration": registration, "by": request.user, "now": database_now()}
    done = attempt(request, lambda: actions.answer_teaming(accept=form.accepts(), **given))
    if done is not None:
        shared = done.outcome == Outcome.TEAMING
        messages.success(request, _("Both have accepted.") if shared else _("Your answer is kept."))
    return redirect(registration)


@require_POST
@member
def take_back(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = seen(request, public_id)
    if not registration_policies.can_decide(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    given: dict[str, Any] = {"registration": registration, "by": request.user, "now": database_now()}
    if attempt(request, lambda: actions.take_back_teaming(**given)) is not None:
        messages.success(request, _("Taken back: you may decide otherwise now."))
    return redirect(registration)
