"""Who is behind a session: asked on every request, so with the present membership and in one planned question."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from prm.accounts.models import User
from prm.questions import Question

_by_key = Question(lambda key: User.objects.with_membership().filter(pk=key).order_by(), int)


class Backend(AuthenticationBackend):  # type: ignore[misc] # It comes without types.
    def get_user(self, user_id: Any) -> User | None:
        """None for who may not log in any more."""
        user = _by_key.one(user_id)
        if user is None or not self.user_can_authenticate(user):
            return None
        user.membership = getattr(user, "present", None)
        return user
