"""What the pages of merges ask for."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partners.customers.models import Account
from partners.customers.selectors import named_by_id
from partners.merges.models import PairKind
from prm.accounts.models import User


class PairFilterForm(forms.Form):
    all_optional = True

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("Both kinds")), *PairKind.choices]
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    def wanted(self) -> str:
        """What can be read of the address counts; the rest is shown at its field."""
        return str(self.cleaned_data.get("kind", "")) if self.is_valid() else ""


class OtherForm(forms.Form):
    """Another customer, by its id here or in the CRM."""

    other = forms.CharField(
        label=gettext_lazy("The other customer"),
        max_length=100,
        help_text=gettext_lazy("Its id, here (acc_…) or in your CRM."),
    )

    def __init__(self, *args: Any, account: Account, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account, self.reader = account, reader

    def clean_other(self) -> Account:
        found = named_by_id(self.cleaned_data["other"].strip(), reader=self.reader)
        if found is None:
            raise ValidationError(_("There is no customer with this id."))
        if found.pk == self.account.pk:
            raise ValidationError(_("That is this customer."))
        return found


class MergeForm(OtherForm):
    """`stays` is the one whose name and data are kept: `this` or `other`."""

    stays = forms.ChoiceField(
        label=gettext_lazy("Which one stays"),
        choices=[("this", gettext_lazy("This one")), ("other", gettext_lazy("The other one"))],
        widget=forms.RadioSelect,
    )

    def both(self) -> tuple[Account, Account]:
        """The one that is merged, and the one that stays."""
        other = self.cleaned_data["other"]
        return (other, self.account) if self.cleaned_data["stays"] == "this" else (self.account, other)
