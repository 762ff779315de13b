"""The two forms of an appeal against the confirmed engagement."""

from django import forms
from django.utils.translation import gettext_lazy

from deals.appeals.states import Refusal
from deals.engagement.states import Outcome
from deals.registrations.forms import SmallForm
from prm.portal.forms import TextField

LONGEST = 4000


class EngagementAppealForm(SmallForm):
    text = TextField(
        label=gettext_lazy("What is your part in this deal?"),
        max_length=LONGEST,
        lines=True,
        error_messages={"required": gettext_lazy("Tell what your part in the deal is.")},
    )
    proof = TextField(
        label=gettext_lazy("What can you show?"),
        max_length=LONGEST,
        lines=True,
        required=False,
        help_text=gettext_lazy("Mails, minutes, an offer of yours: what somebody else can check."),
    )


class EngagementDecisionForm(SmallForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason to keep it"),
        choices=[("", gettext_lazy("Choose …")), *Refusal.choices],
        required=False,
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy("They read it with the decision. Never name another partner."),
        error_messages={"required": gettext_lazy("Tell the partner why.")},
    )
