"""What is tried, what is published, and what the list of judged pairs is narrowed by."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from prm.accounts.models import User
from prm.matching import Thresholds
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import HIGHEST_BLOCK, HIGHEST_REVIEW, LOWEST_BLOCK, LOWEST_REVIEW
from prm.matching.titles import TITLES
from prm.portal.forms import TextField


class Edge(forms.DecimalField):
    """A threshold in whole per cent, handed on as a share."""

    def __init__(self, *, lowest: Decimal, highest: Decimal, **kwargs: Any) -> None:
        most, least = int(highest * 100), int(lowest * 100)
        super().__init__(
            min_value=least,
            max_value=most,
            decimal_places=0,
            max_digits=3,
            widget=forms.NumberInput({"step": 1}),
            help_text=gettext_lazy("%(least)d to %(most)d per cent") % {"least": least, "most": most},
            **kwargs,
        )

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else found / 100


class TrialForm(forms.Form):
    review_from = Edge(label=gettext_lazy("For review from"), lowest=LOWEST_REVIEW, highest=HIGHEST_REVIEW)
    block_from = Edge(label=gettext_lazy("Blocks from"), lowest=LOWEST_BLOCK, highest=HIGHEST_BLOCK)

    def thresholds(self) -> Thresholds:
        return Thresholds(float(self.cleaned_data["review_from"]), float(self.cleaned_data["block_from"]))


class PublishForm(TrialForm):
    """`after` is the newest version that the page showed."""

    effective_from = forms.DateTimeField(
        label=gettext_lazy("In force from"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("In your own time zone. Empty: at once."),
    )
    note = TextField(label=gettext_lazy("Why?"), max_length=300, required=False)
    after = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return dict(self.cleaned_data)


class PairFilter(forms.Form):
    all_optional = True

    rule = forms.ChoiceField(
        label=gettext_lazy("Rule"), required=False, choices=[("", gettext_lazy("All rules")), *TITLES.items()]
    )
    verdict = forms.ChoiceField(
        label=gettext_lazy("Answer"),
        required=False,
        choices=[("", gettext_lazy("Both answers")), *Judgement.Verdict.choices],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def wanted(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in self.fields}
