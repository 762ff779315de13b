from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.registrations.fields import AmountField, read_amount
from deals.registrations.forms import SmallForm
from deals.registrations.models import Registration
from deals.registrations.states import State
from deals.reversals.states import Mistake
from deals.rulebook import DealRules, clauses
from prm.portal.forms import TextField

LONGEST = 4000


class ReverseForm(SmallForm):
    """`rules` are those in force: their clauses are the choices."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Why was it wrong?"),
        choices=[("", gettext_lazy("Choose …")), *Mistake.choices],
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    clause = forms.ChoiceField(
        label=gettext_lazy("Which rule should have been applied?"),
        error_messages={"required": gettext_lazy("Choose a rule.")},
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=LONGEST,
        lines=True,
        help_text=gettext_lazy("They read it with the reason and the rule. Never name another partner."),
        error_messages={"required": gettext_lazy("Tell the partner why.")},
    )
    reinstated = forms.BooleanField(label=gettext_lazy("Register it again in its old place in line"), required=False)
    amount = AmountField(label=gettext_lazy("Compensation"), required=False)

    def __init__(self, *args: Any, registration: Registration, rules: DealRules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registration = registration
        numbered = [(clause.number, f"{clause.number} {clause.title}") for clause in clauses(rules)]
        self.fields["clause"].choices = [("", _("Choose …")), *numbered]  # type: ignore[attr-defined]
        self.fields["amount"].help_text = _("In %(currency)s; leave it empty where nothing is due.") % {
            "currency": registration.currency
        }
        if registration.state != State.REJECTED:
            del self.fields["reinstated"]

    def clean_amount(self) -> Decimal | None:
        return read_amount(self.cleaned_data["amount"], self.registration.currency)

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return dict(self.cleaned_data)
