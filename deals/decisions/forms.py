"""The reviewer's forms: approve, ask, reject."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.decisions.accounts import NEW
from deals.products.models import ProductLine
from deals.registrations.forms import LenientForm, SmallForm
from deals.registrations.models import Registration
from deals.registrations.rules import ASKABLE
from deals.registrations.states import Engagement, Outcome, OverrideReason, RejectReason
from prm.portal.forms import TextField

MESSAGE = 4000
OUTCOMES = (
    (Outcome.EXCLUSIVE.value, gettext_lazy("Exclusive: the customer is protected for the partner")),
    (Outcome.NON_EXCLUSIVE.value, gettext_lazy("Not exclusive: terms are frozen, nobody is kept away")),
)


def askable_choices() -> list[tuple[str, Any]]:
    """The paths a question may open, in the words of the registration form."""
    special = {"recurring": _("Recurring amount")}
    fields = Registration._meta
    return [(path, special.get(path) or fields.get_field(name).verbose_name) for path, name in ASKABLE.items()]  # type: ignore[union-attr]


class ApproveForm(LenientForm, SmallForm):
    """`suggestions` are accounts that may be the same customer: (public id, label, is it certain)."""

    lenient = ("account",)

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=OUTCOMES, initial=Outcome.EXCLUSIVE, widget=forms.RadioSelect
    )
    account = forms.ChoiceField(label=gettext_lazy("Which customer is it?"), widget=forms.RadioSelect)
    products = forms.MultipleChoiceField(
        label=gettext_lazy("Products to approve"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one product.")},
    )
    engagement = forms.ChoiceField(label=gettext_lazy("Engagement"), choices=Engagement.choices, required=False)
    override_reason = forms.ChoiceField(
        label=gettext_lazy("Reason to override"),
        choices=[("", gettext_lazy("None")), *OverrideReason.choices],
        required=False,
    )
    message = TextField(
        label=gettext_lazy("Message to the partner"),
        max_length=MESSAGE,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed when you change the engagement."),
    )

    def __init__(
        self, *args: Any, registration: Registration, suggestions: list[tuple[str, str, bool]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {line.product.slug: line.product for line in registration.lines.all()}
        self.fields["products"].choices = [(slug, line.name) for slug, line in self.lines.items()]  # type: ignore[attr-defined]
        self.fields["engagement"].initial = registration.engagement
        self.initial["products"] = list(self.lines)
        if suggestions or self.is_bound:
            self._suggest(suggestions)
        else:
            del self.fields["account"]

    def _suggest(self, suggestions: list[tuple[str, str, bool]]) -> None:
        named = [(account, label) for account, label, _certain in suggestions]
        self.fields["account"].choices = [*named, (NEW, _("A new customer"))]  # type: ignore[attr-defined]
        certain = [account for account, _label, is_certain in suggestions if is_certain]
        self.initial["account"] = certain[0] if certain else NEW

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        data = dict(self.cleaned_data)
        chosen: list[ProductLine] = [self.lines[slug] for slug in data.pop("products")]
        return {**data, "products": chosen}


class AskForm(SmallForm):
    message = TextField(
        label=gettext_lazy("Your question"),
        max_length=MESSAGE,
        lines=True,
        error_messages={"required": gettext_lazy("Write what you want to know.")},
    )
    opened = forms.MultipleChoiceField(
        label=gettext_lazy("What may be changed with the answer?"),
        choices=askable_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def given(self) -> dict[str, Any]:
        return {"message": self.cleaned_data["message"], "fields": self.cleaned_data["opened"]}


class RejectForm(SmallForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose …")), *RejectReason.choices],
        error_messages={"required": gettext_lazy("Choose a reason.")},
    )
    message = TextField(
        label=gettext_lazy("Explain it to the partner"),
        max_length=MESSAGE,
        lines=True,
        help_text=gettext_lazy("They read it together with the rule. Never name another partner."),
        error_messages={"required": gettext_lazy("Tell the partner why.")},
    )

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)
