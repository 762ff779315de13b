from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.payments.files import MOST_BYTES
from prm.payments.rules import read_bic, read_iban
from prm.portal.forms import TextField


class PayeeForm(forms.Form):
    holder = TextField(
        label=gettext_lazy("Account holder"),
        max_length=70,
        error_messages={"required": gettext_lazy("Say who holds the account.")},
    )
    iban = TextField(
        label=gettext_lazy("IBAN"),
        max_length=42,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Give the IBAN of the account.")},
    )
    bic = TextField(
        label=gettext_lazy("BIC"),
        max_length=11,
        required=False,
        help_text=gettext_lazy("Only for banks outside the European Union."),
    )

    def clean_iban(self) -> str:
        found = read_iban(self.cleaned_data["iban"])
        if found is None:
            raise forms.ValidationError(_("This is no IBAN: check its digits."))
        return found

    def clean_bic(self) -> str:
        found = read_bic(self.cleaned_data["bic"]) if self.cleaned_data["bic"] else ""
        if found is None:
            raise forms.ValidationError(_("This is no BIC."))
        return found


class PrepareForm(forms.Form):
    """`currencies` are those in which something can be paid."""

    currency = forms.ChoiceField(label=gettext_lazy("Currency"))
    due_on = forms.DateField(
        label=gettext_lazy("To be paid on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": gettext_lazy("Say when the bank shall pay.")},
    )

    def __init__(self, *args: Any, currencies: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["currency"].choices = [(code, code) for code in currencies]  # type: ignore[attr-defined]


class ResultsForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("The bank's answer, as CSV"),
        help_text=gettext_lazy("Columns: payment, result (paid or failed), paid_on, reason."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: at most 1 MB, please."))
        return file
