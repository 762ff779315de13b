"""The mail that lets a person choose a new password. Its key is made when it is written, and rests nowhere."""

from datetime import datetime

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.ids import random_id
from prm.notices.actions import promise
from prm.notices.models import Notice
from prm.notices.relay import LINKS

KIND = "person.password_reset"


def promise_reset(user: User, now: datetime) -> None:
    promise(
        key=random_id("reset"),
        kind=KIND,
        to=user,
        organisation=user.organisation,
        title=_("Choose a new password"),
        body=_("Somebody, probably you, asked for a new password for your login. If it was not you, do nothing."),
        now=now,
    )


def reset_path(notice: Notice) -> str:
    user = notice.user
    if user is None:
        raise ValueError("A password is set anew for somebody who has one.")
    key = EmailAwarePasswordResetTokenGenerator().make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


LINKS.register(KIND, reset_path)
