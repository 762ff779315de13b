"""The two forms of an extension."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from deals.registrations.forms import SmallForm
from prm.portal.forms import TextField

LONGEST = 4000
GRANT, REFUSE = "grant", "refuse"


class ExtendForm(SmallForm):
    proof = TextField(
        label=gettext_lazy("What has happened since the approval?"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy(
            "Meetings, offers, a test installation, a date for the signature: what your account manager can check."
        ),
        error_messages={"required": gettext_lazy("Tell what has happened since the approval.")},
    )


class ExtensionForm(SmallForm):
    decision = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=[(GRANT, gettext_lazy("Grant it")), (REFUSE, gettext_lazy("Refuse it"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Grant it or refuse it.")},
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed when you refuse. Never name another partner."),
    )

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {"accept": self.cleaned_data["decision"] == GRANT, "message": self.cleaned_data["message"]}
