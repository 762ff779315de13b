"""What a person gives to import customers."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from partners.customers.rows import COLUMNS
from partners.imports.bounds import MOST_BYTES
from partners.imports.columns import ColumnChoices
from partners.imports.models import AccountImport
from partners.imports.selectors import samples
from prm.portal.forms import NonceMixin

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FIELDS = {
    "external_id": _("Id in your CRM"),
    "name": _("Name"),
    "country": _("Country"),
    "city": _("City"),
    "website": _("Website"),
    "tax_number": _("Tax number"),
    "owner_email": _("Owner's e-mail"),
    "named_account": _("Named account"),
    "customer_since": _("Customer since"),
}


class UploadForm(NonceMixin):
    file = forms.FileField(
        label=_("Excel workbook or CSV file"),
        help_text=_("The first row names the columns. Up to 10 MB and 100,000 rows."),
        widget=forms.FileInput(attrs={"accept": f".xlsx,.csv,.txt,text/csv,{WORKBOOK}"}),
    )
    sheet = forms.CharField(
        label=_("Sheet"),
        required=False,
        max_length=100,
        help_text=_("Of a workbook with several; empty: the first one."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: at most 10 MB, please."))
        return file


class ColumnsForm(ColumnChoices):
    def __init__(self, data: Any = None, *, given: AccountImport) -> None:
        labels = {name: FIELDS[name] for name in COLUMNS}
        super().__init__(data, table=given, labels=labels, samples=samples(given))
