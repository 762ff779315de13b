"""What a person gives to have a list compared."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

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


class ColumnsForm(forms.Form):
    """One choice for each column of the file, by its place."""

    # That the name is needed is said above them all.
    all_optional = True

    def __init__(self, data: Any = None, *, given: CompanyList) -> None:
        super().__init__(data)
        choices = [("", _("— leave out —")), *[(name, LABELS[name]) for name in FIELDS]]
        for place, (title, seen) in enumerate(zip(given.header, samples(given), strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=title or _("(no title)"),
                choices=choices,
                required=False,
                initial=given.columns[place],
                help_text=" · ".join(value[:40] for value in seen),
            )

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]
