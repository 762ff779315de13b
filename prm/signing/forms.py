from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from prm.portal.forms import TextArea
from prm.signing.pasted import MOST_BYTES, NotReadable, Pasted, read


class ReceiptForm(forms.Form):
    """Cleaned into `pasted`."""

    all_optional = True

    text = forms.CharField(
        label=_("The receipt"),
        required=False,
        max_length=MOST_BYTES,
        widget=TextArea({"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Its text, one step on each line, or the content of the file. More than one tells who was first."),
    )
    file = forms.FileField(label=_("Or its file"), required=False, max_length=200)

    pasted: Pasted

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        field, text = ("file", self._of_file()) if given.get("file") else ("text", str(given.get("text") or ""))
        try:
            self.pasted = read(text)
        except NotReadable as error:
            self.add_error(field, str(error))
        return given

    def _of_file(self) -> str:
        sent = self.cleaned_data["file"]
        if sent.size > MOST_BYTES:
            raise ValidationError({"file": _("The file is too large for a receipt.")})
        return str(sent.read(MOST_BYTES).decode("utf-8", "replace"))
