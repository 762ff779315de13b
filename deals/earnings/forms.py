from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.registrations.fields import AmountField, read_amount
from deals.registrations.models import Registration
from prm.portal.forms import NonceMixin, TextField


class RefundForm(NonceMixin):
    amount = AmountField(
        label=gettext_lazy("What did the customer get back?"),
        error_messages={"required": gettext_lazy("Give the amount that the customer got back.")},
    )
    reason = TextField(
        label=gettext_lazy("Why? The partner reads it"),
        max_length=300,
        error_messages={"required": gettext_lazy("Say why: the partner reads it.")},
    )

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.registration = registration
        self.fields["amount"].help_text = _("In %(currency)s, as won.") % {"currency": registration.currency}

    def clean_amount(self) -> Decimal:
        amount = read_amount(self.cleaned_data["amount"], self.registration.currency)
        if amount is None:
            raise forms.ValidationError(_("Give the amount that the customer got back."))
        return amount

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {"amount": self.cleaned_data["amount"], "reason": self.cleaned_data["reason"]}
