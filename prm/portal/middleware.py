"""Pages are written in the person's own time and locale, and are kept by no cache."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from prm.accounts.models import User
from prm.portal import formats


class PersonalTimeMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            request.personal = stack  # type: ignore[attr-defined]
            response = self.get_response(request)
        return private(response)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], _args: Any, _kwargs: Any
    ) -> None:
        """Public pages ask nothing about the person, so that they can be cached and need no query."""
        if getattr(view, "guard", "public") == "public" or not isinstance(request.user, User):
            return
        stack: ExitStack = request.personal  # type: ignore[attr-defined]
        stack.enter_context(timezone.override(zone_of(request.user)))
        stack.enter_context(formats.written_for(request.user.locale))


def zone_of(user: User) -> str:
    return user.time_zone or (user.organisation.time_zone if user.organisation else "UTC")


def private(response: HttpResponse) -> HttpResponse:
    """Whatever is not declared public is for this person and this kind of request only."""
    if "public" in response.get("Cache-Control", ""):
        return response
    response.setdefault("Cache-Control", "private, no-store")
    patch_vary_headers(response, ("Cookie", "HX-Request"))
    return response
