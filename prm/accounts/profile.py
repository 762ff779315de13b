"""The person's own page: name, time zone, formats, roles, and API tokens."""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import available_timezones

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts import actions
from prm.accounts.forms import ProfileForm, TokenForm
from prm.accounts.models import ApiToken, User
from prm.accounts.proof import knows_password
from prm.accounts.roles import ROLES
from prm.accounts.second_steps.selectors import steps_of
from prm.accounts.sessions.selectors import places_of
from prm.clocks.database import database_now
from prm.portal.exports import download
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member
from prm.portal.verbs import attempt


@require_http_methods(["GET", "POST"])
@member
def profile(request: MemberRequest) -> HttpResponse:
    person = User.objects.get(pk=request.user.pk)
    form = ProfileForm(posted(request), instance=person)
    if form.is_valid() and _change(request, form):
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    return render(request, "accounts/profile.html", {"form": form, **_about(request)})


def _change(request: MemberRequest, form: ProfileForm) -> User | None:
    me, now = request.user, database_now()
    return attempt(request, partial(actions.change_profile, user=me, by=me, now=now, **form.cleaned_data), form)


def _about(request: MemberRequest) -> dict[str, object]:
    membership = request.user.membership
    slugs = membership.roles if membership else []
    return {
        "roles": [ROLES[slug] for slug in slugs if slug in ROLES],
        "tokens": _tokens(request),
        "steps": steps_of(request.user),
        "places": places_of(request.user, request.session.session_key),
        "zones": sorted(available_timezones()),
    }


def _tokens(request: MemberRequest) -> list[ApiToken]:
    return list(request.user.api_tokens.filter(revoked_at=None).order_by("-created_at"))


@require_GET
@member
def export_tokens(request: MemberRequest) -> HttpResponseBase:
    rows = [(one.name, one.prefix, one.created_at, one.last_used_at, one.expires_at) for one in _tokens(request)]
    return download(request, "tokens", ("For", "Begins with", "Created", "Last used", "Ends"), rows)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member
def new_token(request: MemberRequest) -> HttpResponse:
    form = TokenForm(posted(request))
    if not (form.is_valid() and knows_password(request.user, form)):
        return render(request, "accounts/token_new.html", {"form": form})
    if not form.is_first():
        messages.info(request, _("That token was created already."))
        return redirect("profile")
    now = database_now()
    me, name, end = request.user, form.cleaned_data["name"], _end(now, form.cleaned_data["days"])
    created = attempt(request, partial(actions.create_token, user=me, name=name, by=me, now=now, expires_at=end), form)
    if created is None:
        form.give_back()
        return render(request, "accounts/token_new.html", {"form": form})
    return render(request, "accounts/token_created.html", {"token": created[0], "secret": created[1]})


def _end(now: datetime, days: int) -> datetime | None:
    return now + timedelta(days=days) if days else None


@require_POST
@member
def revoke_token(request: MemberRequest, public_id: str) -> HttpResponse:
    token = get_object_or_404(request.user.api_tokens, public_id=public_id)
    if attempt(request, lambda: actions.revoke_token(token=token, by=request.user, now=database_now())):
        messages.success(request, _("The token no longer works."))
    return redirect("profile")
