"""Reading announcements, putting them away, and the pages of whoever writes them."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts.roles import Permission
from prm.announcements import actions
from prm.announcements.forms import AnnouncementForm
from prm.announcements.listing import LISTING, ORDER
from prm.announcements.models import Announcement
from prm.announcements.policies import can_write
from prm.announcements.states import State
from prm.clocks.database import database_now
from prm.portal.exports import listed
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member, requires
from prm.portal.lists import page_of
from prm.portal.verbs import attempt, status_of

writes = requires(Permission.ANNOUNCEMENTS_WRITE)


@require_GET
@member
def announcements(request: MemberRequest) -> HttpResponse:
    now = database_now()
    page = page_of(request, Announcement.objects.told_to(request.user, now), order=ORDER)
    rows = [(row, row.state(now) == State.CURRENT) for row in page.rows]
    context = {"page": page, "rows": rows, "may_write": can_write(request.user)}
    return render(request, "announcements/list.html", context)


@require_POST
@member
def dismiss(request: MemberRequest, public_id: str) -> HttpResponse:
    now = database_now()
    announcement = get_object_or_404(Announcement.objects.told_to(request.user, now), public_id=public_id)
    actions.dismiss(announcement=announcement, by=request.user, now=now)
    return redirect("home")


@require_GET
@writes
def written(request: MemberRequest) -> HttpResponse:
    now = database_now()
    page = page_of(request, Announcement.objects.select_related("created_by"), order=ORDER)
    rows = [(row, row.state(now)) for row in page.rows]
    return render(request, "announcements/written.html", {"page": page, "rows": rows})


@require_GET
@writes
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_http_methods(["GET", "POST"])
@writes
def new(request: MemberRequest) -> HttpResponse:
    form = AnnouncementForm(posted(request))
    if form.is_valid():
        if not form.is_first():
            messages.info(request, _("This was saved already."))
            return redirect("announcements-written")
        if attempt(request, lambda: actions.write(values=form.values(), by=request.user, now=database_now()), form):
            messages.success(request, _("Saved. It appears at its time."))
            return redirect("announcements-written")
        form.give_back()
    status = status_of(form) if form.errors else 200
    return render(request, "announcements/form.html", {"form": form}, status=status)


@require_http_methods(["GET", "POST"])
@writes
def edit(request: MemberRequest, public_id: str) -> HttpResponse:
    now = database_now()
    announcement = get_object_or_404(Announcement, public_id=public_id)
    form = AnnouncementForm(posted(request), announcement=announcement)
    if form.is_valid() and _changed(request, announcement, form):
        messages.success(request, _("Saved. It appears at its time."))
        return redirect("announcements-written")
    status = status_of(form) if form.errors else 200
    context = {"form": form, "announcement": announcement, "state": announcement.state(now)}
    return render(request, "announcements/form.html", context, status=status)


def _changed(request: MemberRequest, announcement: Announcement, form: AnnouncementForm) -> Announcement | None:
    version, now = form.cleaned_data["version"], database_now()
    given = {"announcement": announcement, "values": form.values(), "version": version}
    return attempt(request, lambda: actions.change(**given, by=request.user, now=now), form)


@require_POST
@writes
def withdraw(request: MemberRequest, public_id: str) -> HttpResponse:
    announcement = get_object_or_404(Announcement, public_id=public_id)
    if attempt(request, lambda: actions.withdraw(announcement=announcement, by=request.user, now=database_now())):
        messages.success(request, _("Withdrawn. Nobody sees it any more, and what was not mailed yet is not mailed."))
    return redirect("announcements-written")
