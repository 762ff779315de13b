"""Who is calling: a bearer token, or the portal's own session with CSRF."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from prm.accounts import tokens
from prm.accounts.models import ApiToken, User
from prm.accounts.second_steps.selectors import must_set_up
from prm.questions import Question

if TYPE_CHECKING:
    from rest_framework.views import APIView

LONGEST_SECRET = 200
# Knowing the minute is enough to find a forgotten token, and spares a write on every request.
REMEMBER_USE_EVERY = timedelta(minutes=1)

usable_token = Question(lambda digest: ApiToken.objects.usable(Now()).with_person().filter(secret_hash=digest), str)


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer prm_…`. A token in the address is never looked at."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, secret = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = self._token(secret.strip())
        if token is None or token.user.membership is None:
            raise AuthenticationFailed(_("The token is unknown, expired or revoked."))
        return token.user, token

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"

    def _token(self, secret: str) -> ApiToken | None:
        if not secret.isascii() or len(secret) > LONGEST_SECRET:
            return None
        token = usable_token.one(tokens.digest(secret))
        if token is None:
            return None
        token.user.membership = getattr(token, "present", None)
        if _is_past(token.last_used_at):
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=Now())
        return token


def _is_past(last_used_at: datetime | None) -> bool:
    return last_used_at is None or last_used_at < timezone.now() - REMEMBER_USE_EVERY


def _no_answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


class PortalSessionAuthentication(SessionAuthentication):
    """The portal's session. CSRF is enforced whatever the content type claims to be."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """Whoever must set up a second step first can do nothing else; tokens that were made before go on."""
        found: tuple[User, None] | None = super().authenticate(request)
        if found is not None and must_set_up(found[0]):
            raise PermissionDenied(_("Set up a second step for your login first."))
        return found

    def enforce_csrf(self, request: Request) -> None:
        raw = request._request
        raw.body  # noqa: B018 - read once, so that the check below and the parser both find it
        check = CSRFCheck(_no_answer)
        check.process_request(raw)
        if check.process_view(raw, _no_answer, (), {}):
            raise PermissionDenied(_("The CSRF token is missing or wrong."))


class IsMember(BasePermission):
    """Logged in, and a present member of an organisation: a right that ended is refused on the next request."""

    def has_permission(self, request: Request, _view: "APIView") -> bool:
        return isinstance(request.user, User) and request.user.is_active and request.user.membership is not None
