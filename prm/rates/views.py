"""The pages of whoever keeps the rates of exchange."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import narrowed_by, page_of
from prm.portal.verbs import attempt, status_of
from prm.rates import actions
from prm.rates.forms import RateFilter, RateForm
from prm.rates.listing import LISTING, rates_of
from prm.rates.models import NEWEST
from prm.rates.policies import KEEPERS
from prm.rates.rules import MOST_DAYS

keeps = requires(*KEEPERS)


@require_GET
@keeps
@narrowed_by(RateFilter)
def rates(request: MemberRequest) -> HttpResponse:
    form = RateFilter(request.GET, reader=request.user)
    context = {
        "page": page_of(request, form.narrowed(rates_of(request.user)), order=NEWEST),
        "form": form,
        "own": settings.PRM_CURRENCY,
        "days": MOST_DAYS,
    }
    return render(request, "rates/_list.html" if request.htmx else "rates/list.html", context)


@require_GET
@keeps
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@keeps
def new(request: MemberRequest) -> HttpResponse:
    form = RateForm(posted(request))
    if form.is_valid():
        if not form.is_first() or _recorded(request, form):
            return redirect("rates")
        form.give_back()
    return render(request, "rates/form.html", {"form": form}, status=status_of(form) if form.errors else 200)


def _recorded(request: MemberRequest, form: RateForm) -> bool:
    made = attempt(request, lambda: actions.record_rate(given=form.given(), by=request.user, now=database_now()), form)
    if made is not None:
        messages.success(request, _("Recorded: %(rate)s.") % {"rate": made})
    return made is not None
