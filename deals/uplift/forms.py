"""The period of the report."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.programme.writing import quarter
from deals.uplift.selectors import quarters
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.ledger.shown import today_of
from prm.metrics.registry import Period


class UpliftFilter(forms.Form):
    all_optional = True

    period = forms.ChoiceField(label=gettext_lazy("Quarter"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = quarters(today_of(reader, database_now()))
        named = [("", quarter(self.labels[0])), *((label, quarter(label)) for label in self.labels[1:])]
        self.fields["period"].choices = named  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.cleaned_data["period"])

    def wanted(self) -> Period:
        """Call it on a valid form."""
        return Period.parse(self.cleaned_data["period"] or self.labels[0])
