"""What the columns of somebody's table mean: one choice for each, by its place."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Table(Protocol):
    header: list[str]
    columns: list[str]


class ColumnChoices(forms.Form):
    """`labels` names what a column can hold, `samples` is what the first rows have in each."""

    # What is needed is said above them all.
    all_optional = True

    def __init__(
        self, data: Any, *, table: Table, labels: Mapping[str, str | Promise], samples: Sequence[Sequence[str]]
    ) -> None:
        super().__init__(data)
        choices = [("", _("— leave out —")), *labels.items()]
        for place, (title, seen) in enumerate(zip(table.header, samples, strict=True)):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=title or _("(no title)"),
                choices=choices,
                required=False,
                initial=table.columns[place],
                help_text=" · ".join(value[:40] for value in seen),
            )

    @property
    def columns(self) -> list[str]:
        return [self.cleaned_data[name] for name in self.fields]
