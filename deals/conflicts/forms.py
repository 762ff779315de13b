"""What a reviewer says of a pair."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.conflicts.actions import LONGEST_REASON, OPEN
from deals.registrations.forms import SmallForm
from prm.matching.feedback.models import Judgement
from prm.portal.forms import TextField


class JudgeForm(SmallForm):
    """`version` is the one of the judgement that the page showed; 0 when there was none."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("Is it the same customer?"),
        choices=[*Judgement.Verdict.choices, (OPEN, gettext_lazy("Not judged"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    reason = TextField(
        label=gettext_lazy("How do you know?"),
        max_length=LONGEST_REASON,
        required=False,
        help_text=gettext_lazy("Your colleagues read it, partners never do."),
    )
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, judged: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not judged:
            # There is nothing to take back.
            self.fields["verdict"].choices = Judgement.Verdict.choices  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {**self.cleaned_data, "version": self.cleaned_data["version"] or 0}
