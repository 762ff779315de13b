from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from prm.accounts.sessions import actions
from prm.clocks.database import database_now
from prm.portal.guards import MemberRequest, member


@require_POST
@member
def end_others(request: MemberRequest) -> HttpResponse:
    me, keep = request.user, request.session.session_key
    actions.log_out_elsewhere(user=me, keep=keep, by=me, now=database_now())
    messages.success(request, _("You are logged out everywhere else."))
    return redirect("profile")
