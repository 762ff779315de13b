"""What a person is told about the own second steps, whoever changed them."""

from datetime import datetime

from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.ids import random_id
from prm.notices.actions import promise

PATH = "/profile/two-steps/"


def tell_added(user: User, now: datetime) -> None:
    _tell(user, "added", _("A second step was added to your login"), _("If it was not you, tell your admin."), now)


def tell_removed(user: User, now: datetime) -> None:
    _tell(user, "removed", _("A second step was removed"), _("If it was not you, change your password now."), now)


def tell_recovery(user: User, left: int, now: datetime) -> None:
    body = _("If it was not you, change your password now. Codes left: %(n)d.") % {"n": left}
    _tell(user, "recovery", _("Somebody logged in with a recovery code"), body, now)


def tell_reset(user: User, by: User, now: datetime) -> None:
    body = _("%(person)s has reset it. Your password is enough to log in until you set one up again.")
    _tell(user, "reset", _("The second step of your login was reset"), body % {"person": by}, now)


def _tell(user: User, what: str, title: str, body: str, now: datetime) -> None:
    promise(
        key=random_id("step"),
        kind=f"person.second_step_{what}",
        to=user,
        organisation=user.organisation,
        title=title,
        body=body,
        path=PATH,
        now=now,
    )
