"""A tender as the vendor notes it on the page of a customer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.products.models import ProductLine
from deals.tenders.models import LONGEST_SOURCE
from prm.portal.forms import NonceMixin, TextField


class TenderForm(NonceMixin):
    published_on = forms.DateField(label=gettext_lazy("Published on"), widget=forms.DateInput({"type": "date"}))
    source = TextField(
        label=gettext_lazy("Where"),
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy("The gazette or portal with its number, or an address."),
    )
    product = forms.ModelChoiceField(
        label=gettext_lazy("Product line"),
        queryset=ProductLine.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        empty_label=gettext_lazy("All of them"),
    )

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {name: self.cleaned_data[name] for name in ("published_on", "source", "product")}
