"""How every form of the portal is drawn, and what all of them share."""

import secrets
from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict

from prm.accounts.attempts import attempt, clear

DAY = 24 * 3600


class PortalRenderer(TemplatesSetting):
    form_template_name = "portal/forms/form.html"
    field_template_name = "portal/forms/field.html"


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: an empty POST is a sent form too."""
    return request.POST if request.method == "POST" else None


def new_nonce() -> str:
    return secrets.token_urlsafe(18)


class NonceMixin(forms.Form):
    """A form that creates something carries a number used once, so that a second click creates nothing."""

    form_nonce = forms.CharField(
        widget=forms.HiddenInput, max_length=40, min_length=16, required=False, initial=new_nonce
    )

    def is_first(self) -> bool:
        """True the first time this very form is sent; counted in the database, so two clicks at once are seen too."""
        nonce = self.cleaned_data.get("form_nonce", "")
        return not nonce or attempt(f"nonce:{nonce}", limit=1, window_seconds=DAY) == 0

    def give_back(self) -> None:
        """Nothing came of it: the very same form may be sent again."""
        clear(f"nonce:{self.cleaned_data.get('form_nonce', '')}")


class TextArea(forms.Textarea):
    """Grows with what is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})
