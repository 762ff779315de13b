"""The one address of files for people."""

from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from prm.clocks.database import database_now
from prm.files.models import StoredFile
from prm.files.serving import sent
from prm.portal.guards import MemberRequest, member


@require_safe
@member
def file(request: MemberRequest, public_id: str) -> HttpResponseBase:
    now = database_now()
    found = get_object_or_404(StoredFile.objects.visible_to(request.user, now), public_id=public_id)
    return sent(found, by=request.user, now=now, counted=request.method == "GET")
