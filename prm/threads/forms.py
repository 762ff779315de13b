import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from prm.portal.forms import NonceMixin, TextField
from prm.threads.models import LONGEST


class MessageForm(NonceMixin):
    """`internal` is there only for those who may write internally; `seen` names the newest message on the page."""

    text = TextField(
        label=_("Your message"),
        max_length=LONGEST,
        lines=True,
        error_messages={"required": _("Write what you want to say.")},
    )
    internal = forms.BooleanField(label=_("Internal: only our own people read it"), required=False)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, may_be_internal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "message_%s", **kwargs})
        if not may_be_internal:
            del self.fields["internal"]

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        data = self.cleaned_data
        return {"text": data["text"], "internal": data.get("internal", False), "form_nonce": self._once()}

    def _once(self) -> str:
        """What makes two sendings the same: the form and what stands in it. Changed since, it is another message."""
        nonce = self.cleaned_data["form_nonce"]
        said = f"{nonce}\n{self.cleaned_data.get('internal', False)}\n{self.cleaned_data['text']}"
        return hashlib.sha256(said.encode()).hexdigest()[:40] if nonce else ""
