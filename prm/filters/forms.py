"""What is asked when a view is saved or changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.filters.lists import form_of, kept_of
from prm.filters.models import SavedFilter
from prm.filters.policies import can_share
from prm.filters.rules import LONGEST_NAME, LONGEST_QUERY
from prm.portal.forms import TextField


class ViewForm(forms.Form):
    name = TextField(
        label=gettext_lazy("Name of the view"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    is_default = forms.BooleanField(label=gettext_lazy("Open the list with this view"), required=False)
    shared = forms.BooleanField(label=gettext_lazy("Share it with your colleagues"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        if not can_share(reader):
            del self.fields["shared"]


class SaveForm(ViewForm):
    """The list and its query come along; what the list does not know is not kept."""

    list_name = forms.CharField(widget=forms.HiddenInput, max_length=40)
    query = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        make = form_of(given.get("list_name", ""), self.reader)
        if make is None:
            raise ValidationError(_("There is no such list."))
        kept = kept_of(make, given.get("query", ""), self.reader)
        if kept.refused:
            raise ValidationError(
                _("The list cannot be narrowed like that: %(labels)s.") % {"labels": ", ".join(kept.refused)}
            )
        if not kept.query:
            raise ValidationError(_("Nothing narrows the list yet. Choose a filter first, then save the view."))
        if len(kept.query) > LONGEST_QUERY:
            raise ValidationError(
                _("These filters are too long to be saved. Take one away, or shorten what is searched.")
            )
        return {**given, "query": kept.query}


class ChangeForm(ViewForm):
    def __init__(self, *args: Any, saved: SavedFilter, **kwargs: Any) -> None:
        self.saved = saved
        shown = {"name": saved.name, "is_default": saved.is_default, "shared": saved.shared}
        super().__init__(*args, initial=shown, **kwargs)
        if saved.created_by_id != self.reader.pk:
            del self.fields["is_default"]

    def values(self) -> dict[str, Any]:
        """What is not asked for stays as it is."""
        kept = {"is_default": self.saved.is_default, "shared": self.saved.shared}
        return {**kept, **self.cleaned_data}
