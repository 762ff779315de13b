"""Which decisions would differ under another version, and why."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from deals.replays.actions import replay as replay_decisions
from deals.replays.forms import ReplayForm
from deals.replays.listing import BY_DECISION, DIFFERENCES, LISTING, ORDER, found_in
from deals.replays.models import Replay
from deals.replays.sentences import told
from prm.accounts.roles import Permission as P
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

manages = requires(P.POLICIES_MANAGE)


@require_http_methods(["GET", "POST"])
@manages
def replays(request: MemberRequest) -> HttpResponse:
    """`?version=` chooses one beforehand."""
    form = ReplayForm(posted(request), initial={"version": request.GET.get("version", "")})
    if form.is_valid():
        if not form.is_first():
            messages.info(request, _("This was asked already."))
            return redirect("replays")
        if (made := _asked(request, form)) is not None:
            return redirect(made)
        form.give_back()
    rows = Replay.objects.visible_to(request.user).select_related("version", "created_by")
    context = {"form": form, "page": page_of(request, rows, order=ORDER)}
    return render(request, "deals/replays/list.html", context, status=status_of(form) if form.errors else 200)


@require_GET
@manages
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_GET
@manages
def replay(request: MemberRequest, public_id: str) -> HttpResponse:
    """Asked for again and again by an open page until it is done."""
    rows = Replay.objects.visible_to(request.user).select_related("version", "created_by")
    given = get_object_or_404(rows, public_id=public_id)
    if request.htmx and given.is_working:
        return render(request, "deals/replays/_progress.html", {"given": given})
    page = page_of(request, found_in(given), order=BY_DECISION)
    found = [(row.registration, [told(item) for item in row.differences]) for row in page.rows]
    response = render(request, "deals/replays/page.html", {"given": given, "page": page, "found": found})
    if request.htmx:
        response["HX-Refresh"] = "true"
    return response


@require_GET
@manages
def differences_export(request: MemberRequest) -> HttpResponseBase:
    """`?replay=` names it."""
    return listed(request, DIFFERENCES)


def _asked(request: MemberRequest, form: ReplayForm) -> Replay | None:
    given = {**form.given(), "by": request.user, "now": database_now()}
    return attempt(request, lambda: replay_decisions(**given), form)
