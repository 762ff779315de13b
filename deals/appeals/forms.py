"""The two forms of an appeal."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.appeals.states import Outcome, Refusal
from deals.registrations.fields import AmountField, read_amount
from deals.registrations.forms import SmallForm
from deals.registrations.models import Registration
from prm.portal.forms import TextField

LONGEST = 4000


class AppealForm(SmallForm):
    text = TextField(
        label=gettext_lazy("Why is the decision wrong?"),
        max_length=LONGEST,
        lines=True,
        error_messages={"required": gettext_lazy("Tell why the decision is wrong.")},
    )
    proof = TextField(
        label=gettext_lazy("What can you show?"),
        max_length=LONGEST,
        lines=True,
        required=False,
        help_text=gettext_lazy("Mails, minutes, an order, dates: what somebody else can check."),
    )


class AppealDecisionForm(SmallForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Your decision"),
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose an answer.")},
    )
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason of a refusal"),
        choices=[("", gettext_lazy("Choose …")), *Refusal.choices],
        required=False,
    )
    amount = AmountField(label=gettext_lazy("Compensation"), required=False)
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy("They read it with the decision. Never name another partner."),
        error_messages={"required": gettext_lazy("Tell the partner why.")},
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registration = registration
        self.fields["amount"].help_text = _("In %(currency)s; only where the customer is protected by now.") % {
            "currency": registration.currency
        }

    def clean_amount(self) -> Decimal | None:
        return read_amount(self.cleaned_data["amount"], self.registration.currency)

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return dict(self.cleaned_data)
