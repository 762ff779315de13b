"""What the pages of direct sales ask for, and what their lists are narrowed by."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.direct.models import LONGEST_NOTE, DirectOpportunity, DirectOpportunityQuerySet, DirectTouch
from deals.direct.states import ENDS, OPEN_CHOICES, Part, Stage, TouchKind
from deals.products.models import ProductLine
from deals.registrations.fields import AmountField, DayField, currency_choices, read_amount
from deals.registrations.forms import SmallForm
from partners.customers.selectors import named_by_id
from partners.models import Account, Partner
from prm.accounts.models import User
from prm.portal.forms import NonceMixin, TextField

CUSTOMER = gettext_lazy("Customer")


class CustomerField(forms.CharField):
    """A customer by the id in the CRM, or by the one here."""

    reader: User

    def __init__(self) -> None:
        help_text = gettext_lazy("The id of the customer in your CRM, or the one here (acc_…).")
        super().__init__(label=CUSTOMER, max_length=100, help_text=help_text)

    def clean(self, value: Any) -> Account:
        found = named_by_id(super().clean(value), reader=self.reader)
        if found is None:
            raise ValidationError(_("There is no customer with this id."))
        return found


class OfCustomer(NonceMixin):
    account = CustomerField()

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "account" in self.fields:
            self.fields["account"].reader = by  # type: ignore[attr-defined]


class OpportunityForm(OfCustomer):
    products = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Product lines"),
        queryset=ProductLine.objects.order_by("name"),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None of them means all of them."),
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=OPEN_CHOICES)
    value = AmountField(label=gettext_lazy("Value"), required=False)
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currency_choices)
    expected_close = DayField(label=gettext_lazy("Expected close"), required=False)
    external_id = TextField(label=gettext_lazy("Your own CRM id"), max_length=80, required=False)

    def __init__(self, *args: Any, opportunity: DirectOpportunity | None = None, **kwargs: Any) -> None:
        if opportunity is not None:
            kwargs["initial"] = _initial(opportunity)
        super().__init__(*args, **kwargs)
        if opportunity is not None:
            del self.fields["account"]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        try:
            data["value"] = read_amount(data.get("value") or "", data.get("currency", ""))
        except ValidationError as error:
            self.add_error("value", error)
        return data

    def values(self) -> dict[str, Any]:
        """Field names of the opportunity; a currency says nothing without a value."""
        data = self.cleaned_data
        currency = data["currency"] if data["value"] is not None else ""
        named = {name: data[name] for name in ("stage", "value", "expected_close", "external_id")}
        return {**named, "currency": currency}


def _initial(opportunity: DirectOpportunity) -> dict[str, Any]:
    named = {name: getattr(opportunity, name) for name in ("stage", "value", "expected_close", "external_id")}
    return {**named, "currency": opportunity.currency or "EUR", "products": opportunity.slugs}


class TouchForm(OfCustomer):
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=TouchKind.choices)
    on = DayField(label=gettext_lazy("Day"))
    note = TextField(label=gettext_lazy("Note"), max_length=LONGEST_NOTE, lines=True, required=False)
    external_id = TextField(label=gettext_lazy("Your own CRM id"), max_length=80, required=False)

    def given(self) -> dict[str, Any]:
        """Arguments of the verb."""
        return {name: self.cleaned_data[name] for name in ("account", "kind", "on", "note", "external_id")}


class AttachForm(SmallForm):
    partner = forms.ChoiceField(label=gettext_lazy("Partner"))
    part = forms.ChoiceField(label=gettext_lazy("What does the partner do?"), choices=Part.choices)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Partner.objects.visible_to(by).select_related("organisation").order_by("organisation__name")
        self.partners = {row.organisation.public_id: row for row in rows}
        named = [(public_id, row.organisation.name) for public_id, row in self.partners.items()]
        self.fields["partner"].choices = [("", _("Choose …")), *named]  # type: ignore[attr-defined]

    def given(self) -> dict[str, Any]:
        return {"partner": self.partners[self.cleaned_data["partner"]], "part": self.cleaned_data["part"]}


class CloseForm(SmallForm):
    stage = forms.ChoiceField(
        label=gettext_lazy("How did it end?"),
        choices=[("", gettext_lazy("Choose …")), *((stage.value, stage.label) for stage in ENDS)],
    )
    closed_on = DayField(label=gettext_lazy("Day"))
    value = AmountField(label=gettext_lazy("Final value"), required=False)

    def __init__(self, *args: Any, opportunity: DirectOpportunity, today: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"closed_on": today, "value": opportunity.value}, **kwargs)
        self.opportunity = opportunity

    def clean_value(self) -> Any:
        return read_amount(self.cleaned_data["value"], self.opportunity.currency)

    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("stage", "closed_on", "value")}


class _Filter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=CUSTOMER, max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    @property
    def of_customer(self) -> dict[str, str]:
        return {"account__name__icontains": self.cleaned_data["q"]} if self.cleaned_data["q"] else {}


class OpportunityFilter(_Filter):
    stage = forms.ChoiceField(
        label=gettext_lazy("Stage"),
        required=False,
        choices=[("", gettext_lazy("All stages")), ("open", gettext_lazy("Open")), *Stage.choices],
    )
    partner = forms.ChoiceField(
        label=gettext_lazy("Partner"),
        required=False,
        choices=[
            ("", gettext_lazy("With and without")),
            ("with", gettext_lazy("With a partner")),
            ("without", gettext_lazy("Without a partner")),
        ],
    )

    def narrowed(self, rows: DirectOpportunityQuerySet) -> DirectOpportunityQuerySet:
        """Of these rows the wanted ones; call it on a valid form."""
        wanted = self.cleaned_data
        rows = rows.filter(**self.of_customer)
        if wanted["stage"]:
            rows = rows.open() if wanted["stage"] == "open" else rows.filter(stage=wanted["stage"])
        return rows.filter(partner__isnull=wanted["partner"] == "without") if wanted["partner"] else rows


class TouchFilter(_Filter):
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), required=False, choices=[("", gettext_lazy("All kinds")), *TouchKind.choices]
    )

    def narrowed(self, rows: QuerySet[DirectTouch]) -> QuerySet[DirectTouch]:
        rows = rows.filter(**self.of_customer)
        return rows.filter(kind=self.cleaned_data["kind"]) if self.cleaned_data["kind"] else rows
