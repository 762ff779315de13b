"""The password once more, before something lasting is given away; guesses are limited."""

from typing import Any

from django.utils.translation import gettext as _

from prm.accounts.attempts import attempt
from prm.accounts.models import User

TRIES, WINDOW_SECONDS = 10, 600


def knows_password(user: User, form: Any) -> bool:
    """Whether the form's `password` is the person's; says so at the field when it is not."""
    wait = attempt(f"password:{user.pk}", limit=TRIES, window_seconds=WINDOW_SECONDS)
    if wait:
        form.add_error(None, _("Too many attempts. Try again in %(n)d minutes.") % {"n": -(-wait // 60)})
    elif not user.check_password(form.cleaned_data["password"]):
        form.add_error("password", _("This is not your password."))
    return bool(form.is_valid())
