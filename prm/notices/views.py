"""The bell: what a person has been told."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from prm.clocks.database import database_now
from prm.notices.actions import mark_read
from prm.notices.listing import LISTING
from prm.notices.models import Notice
from prm.portal.exports import listed
from prm.portal.guards import MemberRequest, member
from prm.portal.lists import page_of


@require_GET
@member
def notices(request: MemberRequest) -> HttpResponse:
    page = page_of(request, Notice.objects.visible_to(request.user))
    return render(request, "notices/list.html", {"page": page})


@require_GET
@member
def export(request: MemberRequest) -> HttpResponseBase:
    return listed(request, LISTING)


@require_POST
@member
def read_all(request: MemberRequest) -> HttpResponse:
    mark_read(by=request.user, now=database_now())
    return redirect("notices")


@require_POST
@member
def open_notice(request: MemberRequest, public_id: str) -> HttpResponse:
    """Marks it read and goes to what it is about. A GET would let a prefetching browser read for the person."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), public_id=public_id)
    mark_read(by=request.user, now=database_now(), notice=notice)
    is_ours = url_has_allowed_host_and_scheme(notice.path, allowed_hosts=None) and not notice.signed_path
    return redirect(notice.path if "go" in request.POST and is_ours else "notices")
