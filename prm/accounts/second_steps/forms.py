"""What people fill in about second steps."""

from typing import Any

from allauth.mfa.base import forms as allauth
from allauth.mfa.webauthn import forms as allauth_keys
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.second_steps import actions, ceremony, guesses
from prm.accounts.second_steps.codes import LONGEST_CODE
from prm.clocks.database import database_now
from prm.errors import TooOften

LONGEST_CREDENTIAL = 20_000


class PasswordForm(forms.Form):
    """An open session alone must not be enough to change how somebody logs in."""

    password = forms.CharField(
        label=gettext_lazy("Your password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def code_field(label: Any, help_text: Any) -> forms.CharField:
    widget = forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric"})
    return forms.CharField(label=label, help_text=help_text, max_length=LONGEST_CODE, widget=widget)


class CredentialField(forms.JSONField):
    """What a browser says about a key. Objects alone, and none that are nested to no end."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_CREDENTIAL, **kwargs)

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value)
        except RecursionError:
            found = None
        if not isinstance(found, dict):
            raise ValidationError(_("The key did not answer. This needs a browser with scripts."))
        return found

    def bound_data(self, _data: Any, _initial: Any) -> None:
        """What a key has said is not said twice."""


class SaysAtTheTop(forms.Form):
    """What is wrong with a hidden field stands above the form."""

    def clean(self) -> dict[str, Any]:
        for error in self.errors.as_data().pop("credential", []):
            self.add_error(None, error)
        return self.cleaned_data


class AppForm(PasswordForm):
    code = code_field(gettext_lazy("Code that the app shows"), gettext_lazy("Six digits; they change twice a minute."))
    field_order = ("code", "password")


class KeyForm(SaysAtTheTop, PasswordForm):
    name = forms.CharField(
        label=gettext_lazy("Name of the key"),
        max_length=60,
        help_text=gettext_lazy("So that you know which one it is: blue key, work laptop"),
    )
    credential = CredentialField()
    field_order = ("name", "password")

    def clean_credential(self) -> dict[str, Any]:
        return ceremony.checked_registration(self.cleaned_data["credential"])


class RemoveForm(PasswordForm):
    which = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)


class LoginCodeForm(allauth.AuthenticateForm):  # type: ignore[misc]
    code = code_field(gettext_lazy("Code"), gettext_lazy("From your app, or one of your recovery codes."))

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        _count(self.user)
        authenticator = actions.use_code(user=self.user, code=code, now=database_now())
        if authenticator is None:
            raise ValidationError(_("This code is wrong or used already."))
        guesses.forget_guesses(self.user)
        self.authenticator = authenticator
        return code


class LoginKeyForm(SaysAtTheTop, allauth_keys.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = CredentialField()

    def clean_credential(self) -> Any:
        _count(self.user)
        authenticator = ceremony.checked_login(self.user, self.cleaned_data["credential"])
        guesses.forget_guesses(self.user)
        return authenticator


def _count(user: Any) -> None:
    try:
        guesses.count_guess(user)
    except TooOften as error:
        raise ValidationError(error.message) from error
