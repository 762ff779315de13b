"""How people log in: by invitation only, and with attempts limited before a password is hashed."""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prm.accounts import attempts
from prm.accounts.models import User, UserManager
from prm.accounts.resets import promise_reset
from prm.accounts.sessions.actions import change_password
from prm.clocks.database import database_now


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Hashing costs a quarter of a second of a core: it is not done for the eleventh guess."""
        window = settings.PRM_LOGIN_WINDOW_SECONDS
        wait = max(
            attempts.attempt(
                _key("address", credentials), limit=settings.PRM_LOGIN_ATTEMPTS_PER_ADDRESS, window_seconds=window
            ),
            attempts.attempt(
                f"login-host:{self.get_client_ip(request)}",
                limit=settings.PRM_LOGIN_ATTEMPTS_PER_HOST,
                window_seconds=window,
            ),
        )
        if wait:
            raise ValidationError(
                _("Too many attempts. Try again in %(minutes)d minutes, or reset your password.")
                % {"minutes": -(-wait // 60)}
            )

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """By the relay like every other mail, so that a known address takes no longer than an unknown one."""
        promise_reset(user, database_now())

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session but the one it was chosen in; after a reset, every one."""
        keep = self.request.session.session_key
        change_password(user=user, password=password, keep=keep, by=user, now=database_now())

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The attempt was counted before it was checked."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            attempts.clear(_key("address", credentials))
        return user


def _key(what: str, credentials: dict[str, Any]) -> str:
    """A digest: the table of attempts is no list of addresses."""
    email = UserManager.normalise(str(credentials.get("email") or credentials.get("username") or ""))
    return f"login-{what}:" + hashlib.sha256(email.encode()).hexdigest()[:40]
