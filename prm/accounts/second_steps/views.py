"""Profile > Two steps at login, and the second step itself."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import InvalidToken
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from prm.accounts.proof import knows_password
from prm.accounts.roles import Permission
from prm.accounts.second_steps import actions, ceremony, guesses, sealing
from prm.accounts.second_steps.forms import AppForm, KeyForm, PasswordForm, RemoveForm
from prm.accounts.second_steps.qr import drawn
from prm.accounts.second_steps.selectors import demanded_of, must_set_up, steps_of
from prm.accounts.selectors import people_visible_to
from prm.clocks.database import database_now
from prm.portal.forms import posted
from prm.portal.guards import MemberRequest, member_setting_up, requires
from prm.portal.verbs import attempt

PENDING = "second_step.secret"
PLACE = "accounts/second_steps"


@require_GET
@member_setting_up
def overview(request: MemberRequest) -> HttpResponse:
    user = request.user
    context = {"steps": steps_of(user), "is_demanded": demanded_of(user), "must_set_up": must_set_up(user)}
    return render(request, f"{PLACE}/overview.html", context)


@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
@member_setting_up
def app(request: MemberRequest) -> HttpResponse:
    form, secret = AppForm(posted(request)), _pending_secret(request)
    if form.is_valid() and knows_password(request.user, form):
        codes = attempt(request, partial(_add_app, request, secret, form.cleaned_data["code"]), form)
        if codes is not None:
            del request.session[PENDING]
            return _done(request, codes, _("From the next login on we ask for a code of your app."))
    url = get_adapter().build_totp_url(request.user, secret)
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render(request, f"{PLACE}/app.html", {"form": form, "qr": drawn(url), "secret": spaced})


def _add_app(request: MemberRequest, secret: str, code: str) -> list[str]:
    """Counted outside of the verb's transaction, which a wrong code rolls back."""
    guesses.count_guess(request.user)
    codes = actions.add_app(user=request.user, secret=secret, code=code, now=database_now())
    guesses.forget_guesses(request.user)
    return codes


def _pending_secret(request: MemberRequest) -> str:
    """The same in every tab until it is taken; sealed, because sessions are rows of the database too."""
    try:
        return sealing.unseal(request.session[PENDING])
    except (KeyError, InvalidToken):
        secret: str = generate_totp_secret()
        request.session[PENDING] = sealing.seal(secret)
        return secret


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member_setting_up
def key(request: MemberRequest) -> HttpResponse:
    form, user = KeyForm(posted(request)), request.user
    if form.is_valid() and knows_password(user, form):
        given = {name: form.cleaned_data[name] for name in ("name", "credential")}
        codes = attempt(request, partial(actions.add_key, user=user, now=database_now(), **given), form)
        if codes is not None:
            return _done(request, codes, _("From the next login on we ask for your key."))
    context = {"form": form, "options": json.dumps(ceremony.registration_options(user))}
    return render(request, f"{PLACE}/key.html", context)


def _done(request: MemberRequest, codes: list[str], said: str) -> HttpResponse:
    """Recovery codes are shown on this page alone."""
    if codes:
        return render(request, f"{PLACE}/codes_made.html", {"codes": codes, "said": said})
    messages.success(request, said)
    return redirect("second-steps")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member_setting_up
def codes(request: MemberRequest) -> HttpResponse:
    form = PasswordForm(posted(request))
    made = _proven(request, form, lambda: actions.make_codes(user=request.user, now=database_now()))
    if made is not None:
        return _done(request, made, "")
    return render(request, f"{PLACE}/codes.html", {"form": form})


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@member_setting_up
def remove(request: MemberRequest) -> HttpResponse:
    form = RemoveForm(posted(request), initial={"which": request.GET.get("which", "")[:40]})

    def verb() -> bool:
        actions.remove(user=request.user, which=form.cleaned_data["which"], now=database_now())
        return True

    if _proven(request, form, verb):
        messages.success(request, _("It is removed."))
        return redirect("second-steps")
    return render(request, f"{PLACE}/remove.html", {"form": form})


def _proven(request: MemberRequest, form: forms.Form, verb: Callable[[], Any]) -> Any | None:
    if form.is_valid() and knows_password(request.user, form):
        return attempt(request, verb, form)
    return None


@require_POST
@requires(Permission.PEOPLE_INVITE_ORGANISATION, Permission.PEOPLE_MANAGE_ALL)
def reset(request: MemberRequest, public_id: str) -> HttpResponse:
    membership = get_object_or_404(people_visible_to(request.user), user__public_id=public_id)

    def verb() -> bool:
        actions.reset(membership=membership, by=request.user, now=database_now())
        return True

    if attempt(request, verb):
        messages.success(request, _("%(person)s logs in with the password alone now.") % {"person": membership.user})
    return redirect("person", public_id)


class SecondStepView(AuthenticateView):  # type: ignore[misc]
    """After the password and before the session. The login library knows who is on the way in."""

    template_name = f"{PLACE}/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        keys = steps_of(self.stage.login.user).keys
        options = context.pop("js_data")["request_options"]
        found: dict[str, Any] = {**context, "has_keys": bool(keys), "options": json.dumps(options)}
        return found
