"""How often a second step may be tried: counted in the database, before anything is compared."""

from django.utils.translation import gettext as _

from prm.accounts import attempts
from prm.accounts.models import User
from prm.errors import TooOften

# (name, tries, seconds): a code has a million values, three of which are good at a time.
LIMITS = (("now", 5, 600), ("day", 30, 86_400))


def count_guess(user: User) -> None:
    """Raises TooOften when a limit is used up."""
    waits = [attempts.attempt(_key(name, user), limit=tries, window_seconds=span) for name, tries, span in LIMITS]
    wait = max(waits)
    if wait:
        message = _("Too many attempts. Try again in %(n)d minutes.") % {"n": -(-wait // 60)}
        raise TooOften(message, wait_seconds=wait)


def forget_guesses(user: User) -> None:
    for name, _tries, _span in LIMITS:
        attempts.clear(_key(name, user))


def _key(name: str, user: User) -> str:
    return f"second-step-{name}:{user.pk}"
