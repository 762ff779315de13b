"""The forms of a cut that needs consent."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.amendments.models import LONGEST
from deals.registrations.forms import SmallForm
from prm.policy.forms import ShareField
from prm.portal.forms import TextField

CONSENT, DECLINE = "consent", "decline"
PER_CENT: dict[str, Any] = {"min_value": 0, "max_value": 100, "max_digits": 5, "decimal_places": 2, "required": False}


class AmendmentForm(SmallForm):
    once = ShareField(
        label=gettext_lazy("Earned once, per cent"),
        help_text=gettext_lazy("Leave empty what stays as it is."),
        **PER_CENT,
    )
    yearly = ShareField(label=gettext_lazy("Each year, per cent"), **PER_CENT)
    reason = TextField(
        label=gettext_lazy("Why?"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy("The partner reads it and decides by it. Never name another partner."),
        error_messages={"required": gettext_lazy("Tell the partner why.")},
    )


class ConsentForm(SmallForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("Your answer"),
        choices=[
            (CONSENT, gettext_lazy("We consent: the new terms hold from now on")),
            (DECLINE, gettext_lazy("We do not: the terms stay as they are")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Consent or decline.")},
    )
    text = TextField(label=gettext_lazy("What you say to it"), max_length=LONGEST, lines=True, required=False)

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {"accept": self.cleaned_data["decision"] == CONSENT, "text": self.cleaned_data["text"]}
