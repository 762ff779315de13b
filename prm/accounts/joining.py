"""The door of an invitation: its link is signed, and a wrong one answers like one that never was."""

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from prm.accounts import actions
from prm.accounts.attempts import attempt as count
from prm.accounts.forms import JoinAgainForm, JoinForm
from prm.accounts.models import Invitation, User
from prm.accounts.second_steps.selectors import has_second_step
from prm.clocks.database import database_now
from prm.notices.relay import is_signed
from prm.portal.forms import posted
from prm.portal.guards import public
from prm.portal.verbs import attempt

# Joining hashes a password: whoever holds the link may guess a few times, not for ever.
TRIES, WINDOW_SECONDS = 10, 600


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
@public
def join(request: HttpRequest, public_id: str) -> HttpResponse:
    invitation = _invited(request, public_id)
    now = database_now()
    if not invitation.is_open(now):
        return render(request, "accounts/invitation_closed.html", {"invitation": invitation}, status=410)
    known = User.objects.filter(email=invitation.email).first()
    form = JoinAgainForm(posted(request)) if known else JoinForm(posted(request), email=invitation.email)
    if _may_try(invitation, form) and form.is_valid():
        given = {"name": "", **form.cleaned_data}
        user = attempt(request, lambda: actions.accept_invitation(invitation=invitation, now=now, **given), form)
        if user:
            return _let_in(request, user)
    return render(request, "accounts/join.html", {"invitation": invitation, "form": form, "known": known})


def _let_in(request: HttpRequest, user: User) -> HttpResponse:
    """The password of an invitation is no way around the second step."""
    if has_second_step(user):
        messages.success(request, _("Welcome. Log in to see what waits for you."))
        return redirect("account_login")
    login(request, user)
    return redirect("home")


def _invited(request: HttpRequest, public_id: str) -> Invitation:
    if not is_signed(request.path, request.GET.get("key", "")):
        raise Http404
    return get_object_or_404(Invitation.objects.select_related("organisation", "created_by"), public_id=public_id)


def _may_try(invitation: Invitation, form: forms.Form) -> bool:
    if not form.is_bound:
        return False
    wait = count(f"join:{invitation.public_id}", limit=TRIES, window_seconds=WINDOW_SECONDS)
    if wait:
        form.add_error(None, _("Too many attempts. Try again in %(n)d minutes.") % {"n": -(-wait // 60)})
    return not wait
