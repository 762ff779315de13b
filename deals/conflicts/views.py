"""The page that holds a registration beside what it may be the same as, and the verdict on the two."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from deals.conflicts.actions import judge as judge_pair
from deals.conflicts.comparing import Comparison, compared, other_of
from deals.conflicts.forms import JudgeForm
from deals.conflicts.policies import can_judge
from deals.registrations.models import Registration
from deals.registrations.policies import can_see_findings
from deals.registrations.views import seen
from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_GET
@member
def compare(request: MemberRequest, public_id: str) -> HttpResponse:
    """`?with=` names the other; without it the gravest finding is compared."""
    registration = _readable(request, public_id)
    return _page(request, _compared(request, registration, request.GET.get("with", "")))


@require_POST
@member
def judge(request: MemberRequest, public_id: str) -> HttpResponse:
    registration = _readable(request, public_id)
    about = _compared(request, registration, request.POST.get("with", ""))
    if not can_judge(request.user, registration):
        raise PermissionDenied(_("You may not decide this registration."))
    form = JudgeForm(request.POST)
    if form.is_valid() and attempt(request, lambda: _judged(request, about, form), form) is not None:
        messages.success(request, _("Kept. Both are checked again with what you said."))
        return redirect(address_of(registration, about.other.public_id))
    return _page(request, _compared(request, registration, about.other.public_id), form)


def address_of(registration: Registration, other: str) -> str:
    return f"{reverse('deal-compare', args=[registration.public_id])}?{urlencode({'with': other})}"


def _judged(request: MemberRequest, about: Comparison, form: JudgeForm) -> bool:
    judge_pair(registration=about.registration, other=about.other, **form.given(), by=request.user, now=database_now())
    return True


def _readable(request: MemberRequest, public_id: str) -> Registration:
    """For a partner there is no such page, not even of the own registration."""
    if request.user.is_partner:
        raise Http404
    registration = seen(request, public_id)
    if not can_see_findings(request.user):
        raise PermissionDenied(_("Your roles do not include this page."))
    return registration


def _compared(request: MemberRequest, registration: Registration, public_id: str) -> Comparison:
    other = other_of(registration, public_id, reader=request.user)
    if other is None:
        raise Http404
    return compared(registration, other, reader=request.user, now=database_now())


def _page(request: MemberRequest, about: Comparison, form: JudgeForm | None = None) -> HttpResponse:
    said = about.judgement
    kept = {"verdict": said.verdict if said else "", "reason": said.reason if said else "", "version": about.version}
    context = {
        "about": about,
        "deal": about.registration,
        "form": form or JudgeForm(initial=kept, judged=said is not None),
        "may_judge": can_judge(request.user, about.registration) and about.may_be_judged,
    }
    return render(request, "deals/compare.html", context, status=status_of(form) if form else 200)
