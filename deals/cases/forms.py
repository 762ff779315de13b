"""What decides a case, and what the list of cases is narrowed by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.cases.models import LONGEST_REASON, DirectCaseQuerySet
from deals.cases.states import VERDICTS, CaseState
from deals.registrations.forms import SmallForm
from prm.accounts.models import User
from prm.portal.forms import TextField


class CaseForm(SmallForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What comes of it?"),
        choices=[(state.value, state.label) for state in VERDICTS],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Say what comes of it.")},
    )
    reason = TextField(
        label=gettext_lazy("Reason, for the seller"),
        max_length=LONGEST_REASON,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed unless the partner is attached. Name the partner only then."),
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST_REASON,
        lines=True,
        required=False,
        help_text=gettext_lazy("The partner reads it beside the outcome. Never name another partner."),
    )

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "message")}


class CaseFilter(forms.Form):
    all_optional = True

    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("All states")), *CaseState.choices]
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def narrowed(self, rows: DirectCaseQuerySet) -> DirectCaseQuerySet:
        return rows.filter(state=self.cleaned_data["state"]) if self.cleaned_data["state"] else rows
