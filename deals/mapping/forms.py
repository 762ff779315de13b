"""What people give to map customers, and what overlaps are narrowed by."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from deals.mapping.models import MappedList, MappedRowQuerySet
from deals.mapping.rules import FIELDS
from deals.mapping.selectors import samples
from deals.mapping.states import Relation
from deals.registrations.filters import partner_choices
from deals.registrations.forms import choices
from partners.imports.bounds import MOST_BYTES
from partners.imports.columns import ColumnChoices
from partners.lists.forms import LABELS
from prm.accounts.models import User
from prm.portal.forms import NonceMixin

ALL_LABELS = {**LABELS, "relation": _("Customer or prospect"), "contact": _("Who looks after it")}


class MapForm(NonceMixin):
    file = forms.FileField(
        label=_("CSV file or workbook"),
        help_text=_("The first row names the columns. Up to 10,000 customers."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if file.size is not None and file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is too large: at most 10 MB, please."))
        return file


class MapColumnsForm(ColumnChoices):
    def __init__(self, data: Any = None, *, given: MappedList) -> None:
        labels = {name: ALL_LABELS[name] for name in FIELDS}
        super().__init__(data, table=given, labels=labels, samples=samples(given))


class OverlapFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=_("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Customer")}),
    )
    relation = forms.ChoiceField(label=_("For the partner"), choices=choices(Relation, _("Either")), required=False)
    partner = forms.ChoiceField(label=_("Partner"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reader.is_vendor:
            named = [("", _("All partners")), *partner_choices(reader)]
            self.fields["partner"].choices = named  # type: ignore[attr-defined]
        else:
            del self.fields["partner"]
        self.is_valid()

    @property
    def wanted(self) -> Mapping[str, Any]:
        """What is not understood narrows nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrowed(self, rows: MappedRowQuerySet) -> MappedRowQuerySet:
        wanted = self.wanted
        if "q" in wanted:
            rows = rows.filter(name__icontains=wanted["q"])
        if "relation" in wanted:
            rows = rows.filter(relation=wanted["relation"])
        if "partner" in wanted:
            rows = rows.filter(of__partner__organisation__public_id=wanted["partner"])
        return rows
