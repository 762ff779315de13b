"""The login library's forms in the words of this portal: a label says it, no placeholder repeats it."""

from typing import Any

from allauth.account import forms as allauth
from django.utils.translation import gettext_lazy as _


class WithoutPlaceholders:
    fields: dict[str, Any]
    words: dict[str, Any] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)


class LoginForm(WithoutPlaceholders, allauth.LoginForm):  # type: ignore[misc]
    words = {"login": _("E-mail address"), "password": _("Password")}


class ResetPasswordForm(WithoutPlaceholders, allauth.ResetPasswordForm):  # type: ignore[misc]
    words = {"email": _("E-mail address")}


class NewPasswordForm(WithoutPlaceholders, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    words = {"password1": _("New password"), "password2": _("The same once more")}


class ChangePasswordForm(WithoutPlaceholders, allauth.ChangePasswordForm):  # type: ignore[misc]
    words = {
        "oldpassword": _("Present password"),
        "password1": _("New password"),
        "password2": _("The same once more"),
    }
