"""How every form of the portal is drawn, and what all of them share."""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from prm.accounts.attempts import attempt, clear
from prm.api.text import is_clean_body, is_clean_line

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


class TextField(forms.CharField):
    """One line of plain text, or several with `lines`."""

    def __init__(self, *, max_length: int, lines: bool = False, **kwargs: Any) -> None:
        self.is_clean = is_clean_body if lines else is_clean_line
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(max_length=max_length, **kwargs)

    def clean(self, value: Any) -> str:
        # A browser sends a line end as two characters and counts it as one.
        text: str = super().clean(value.replace("\r\n", "\n") if isinstance(value, str) else value)
        if not self.is_clean(text):
            raise ValidationError(_("Only plain text can be taken here."))
        return text


class TextArea(forms.Textarea):
    """Grows with what is typed."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"rows": 4, **(attrs or {})})
