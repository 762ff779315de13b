"""Where a person chooses how to be told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prm.clocks.database import database_now
from prm.notices.choices.actions import choose
from prm.notices.choices.forms import ChoicesForm
from prm.notices.choices.panel import card
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt, status_of


@require_http_methods(["GET", "POST"])
@member
def choices(request: MemberRequest) -> HttpResponse:
    form, now = ChoicesForm(posted(request), user=request.user), database_now()
    if form.is_valid():
        attempt(request, lambda: choose(values=form.cleaned_data, by=request.user, now=now), form)
    if form.is_bound and not form.errors:
        messages.success(request, _("Saved. What waited follows your choice."))
        return redirect("notice-choices")
    status = status_of(form) if form.errors else 200
    return render(request, "notices/choices.html", card(request.user, now, form), status=status)
