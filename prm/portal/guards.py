"""Who may open a page. Every view carries exactly one guard, and a test over the resolver looks for it."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar, cast

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.accounts.second_steps.selectors import must_set_up


class MemberRequest(HttpRequest):
    """What a guarded view receives: a person with a present membership."""

    user: User
    organisation: Organisation
    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]
V = TypeVar("V", bound=View)


def public(view: V) -> V:
    """Open to everybody, also without a login."""
    return _marked(view, "public")


def member(view: V) -> V:
    """Open to everybody who belongs to an organisation now."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return _turned_away(request) or view(request, *args, **kwargs)

    return _marked(cast(V, guarded), "member")


def member_setting_up(view: V) -> V:
    """Like `member`, and open while a demanded second step is still missing: the pages to set one up."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return _stranger(request) or view(request, *args, **kwargs)

    return _marked(cast(V, guarded), "member")


def requires(*permissions: Permission) -> Callable[[V], V]:
    """Open to members whose roles grant at least one of the permissions."""

    def decorate(view: V) -> V:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            refusal = _turned_away(request)
            if refusal is not None:
                return refusal
            if not cast(User, request.user).may(*permissions):
                raise PermissionDenied(_("Your roles do not include this page."))
            return view(request, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return _marked(cast(V, guarded), "requires")

    return decorate


def _marked(view: V, guard: str) -> V:
    view.guard = guard  # type: ignore[attr-defined]
    return view


def _turned_away(request: HttpRequest) -> HttpResponseBase | None:
    refusal = _stranger(request)
    if refusal is None and must_set_up(cast(User, request.user)):
        return _to_second_step(request)
    return refusal


def _to_second_step(request: HttpRequest) -> HttpResponseBase:
    url = reverse("second-steps")
    return HttpResponseClientRedirect(url) if request.headers.get("HX-Request") == "true" else redirect(url)


def _stranger(request: HttpRequest) -> HttpResponseBase | None:
    user = request.user
    if not isinstance(user, User):
        return _to_login(request)
    if user.organisation is None:
        return render(request, "portal/errors/no_membership.html", status=403)
    request.organisation = user.organisation  # type: ignore[attr-defined]
    return None


def _to_login(request: HttpRequest) -> HttpResponseBase:
    """A fragment request gets told to load the login as a page, instead of swapping it into a table."""
    if request.headers.get("HX-Request") == "true":
        page = request.headers.get("HX-Current-URL", "")
        back = page.removeprefix(settings.PRM_BASE_URL) if page.startswith(settings.PRM_BASE_URL + "/") else "/"
        return HttpResponseClientRedirect(redirect_to_login(back).headers["Location"])
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
