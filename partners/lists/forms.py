"""What a person gives to have a list compared."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from partners.imports.columns import ColumnChoices
from partners.lists.models import CompanyList
from partners.lists.reading import MOST_BYTES
from partners.lists.rules import FIELDS
from partners.lists.selectors import samples
from prm.portal.forms import NonceMixin

LABELS = {
    "name": _("Name"),
    "country": _("Country"),
    "city": _("City"),
    "website": _("Website"),
    "email": _("E-mail"),
    "tax_number": _("Tax number"),
}


class UploadForm(NonceMixin):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("The first row names the columns. Up to 150 MB and 1,000,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: at most 150 MB, please."))
        return file


class ColumnsForm(ColumnChoices):
    def __init__(self, data: Any = None, *, given: CompanyList) -> None:
        labels = {name: LABELS[name] for name in FIELDS}
        super().__init__(data, table=given, labels=labels, samples=samples(given))
