"""What people fill in about leads, and what lists of them are narrowed by."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.leads.models import Lead, LeadOffer
from deals.leads.states import DeclineReason, LeadLoss, LeadSource, LeadState, OfferState, Stage
from deals.products.models import ProductLine
from deals.registrations.fields import AmountField, WebsiteField, currency_choices, read_amount
from deals.registrations.forms import SmallForm, choices
from partners.profiles.models import is_competency
from partners.states import BusinessModel, Segment
from prm.accounts.models import User
from prm.addresses import country_choices
from prm.portal import formats
from prm.portal.forms import NonceMixin, TextField

PLAIN = (
    *("customer_name", "customer_website", "customer_country", "customer_city", "contact_name", "contact_email"),
    *("contact_phone", "contact_title", "need", "segment", "model", "competency", "source", "external_id"),
)
CHOOSE = gettext_lazy("Choose …")


def label(name: str) -> Any:
    return Lead._meta.get_field(name).verbose_name  # type: ignore[union-attr]


class LeadForm(NonceMixin):
    """A lead as it is entered, changed, and read from the row of a file."""

    customer_name = TextField(label=label("customer_name"), max_length=200)
    customer_website = WebsiteField(label=label("customer_website"), max_length=310, required=False)
    customer_country = forms.ChoiceField(label=label("customer_country"))
    customer_city = TextField(label=label("customer_city"), max_length=120, required=False)
    contact_name = TextField(label=label("contact_name"), max_length=120, required=False)
    contact_title = TextField(label=label("contact_title"), max_length=120, required=False)
    contact_email = forms.EmailField(label=label("contact_email"), max_length=254, required=False)
    contact_phone = TextField(label=label("contact_phone"), max_length=40, required=False)
    need = TextField(label=label("need"), max_length=4000, lines=True)
    products = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Products"),
        queryset=ProductLine.objects.none(),
        to_field_name="slug",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    value = AmountField(label=label("value"), required=False)
    currency = forms.ChoiceField(
        label=gettext_lazy("Currency"), choices=currency_choices, initial="EUR", required=False
    )
    segment = forms.ChoiceField(label=label("segment"), choices=choices(Segment), required=False)
    model = forms.ChoiceField(label=label("model"), choices=choices(BusinessModel, gettext_lazy("Any")), required=False)
    competency = TextField(
        label=label("competency"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("A word such as fleet-migration, as it stands with the partners who have it."),
    )
    source = forms.ChoiceField(label=label("source"), choices=choices(LeadSource, CHOOSE))
    external_id = TextField(label=label("external_id"), max_length=80, required=False)

    def __init__(self, data: Any = None, *, lead: Lead | None = None, **kwargs: Any) -> None:
        super().__init__(data, initial=initial_of(lead) if lead else None, **kwargs)
        self.fields["customer_country"].choices = country_choices(formats.language())  # type: ignore[attr-defined]
        self.fields["products"].queryset = ProductLine.objects.on_sale().order_by("name")  # type: ignore[attr-defined]

    def clean_competency(self) -> str:
        slug = str(self.cleaned_data["competency"]).lower()
        if slug and not is_competency(slug):
            raise ValidationError(_("Write it in letters, digits and hyphens."))
        return slug

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        try:
            data["value"] = read_amount(data.get("value") or "", data.get("currency") or "EUR")
        except ValidationError as error:
            self.add_error("value", error)
        return data

    def values(self) -> dict[str, Any]:
        """Field names of Lead; a currency only with an amount."""
        data = self.cleaned_data
        value = data["value"]
        currency = (data["currency"] or "EUR") if value is not None else ""
        return {name: data[name] for name in PLAIN} | {"value": value, "currency": currency}

    def chosen(self) -> list[ProductLine]:
        return list(self.cleaned_data["products"])


def initial_of(lead: Lead) -> dict[str, Any]:
    shown = {name: getattr(lead, name) for name in (*PLAIN, "value")}
    return shown | {"currency": lead.currency or "EUR", "products": [line.slug for line in lead.products.all()]}


class FileForm(NonceMixin):
    file = forms.FileField(
        label=gettext_lazy("CSV file or workbook"),
        help_text=gettext_lazy("The first row names the columns. Up to 500 leads."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx,text/csv"}),
    )


class DeclineForm(SmallForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why not?"),
        choices=choices(DeclineReason, CHOOSE),
        error_messages={"required": gettext_lazy("Choose why not.")},
    )
    text = TextField(
        label=gettext_lazy("In your words"),
        max_length=1000,
        lines=True,
        required=False,
        help_text=gettext_lazy("Needed for another reason. The vendor reads it, nobody else."),
    )


class ReportForm(SmallForm):
    stage = forms.ChoiceField(label=gettext_lazy("How far is it?"), choices=choices(Stage, CHOOSE))
    text = TextField(label=gettext_lazy("What happened?"), max_length=1000, lines=True, required=False)


class LostForm(SmallForm):
    reason = forms.ChoiceField(label=gettext_lazy("Why is it lost?"), choices=choices(LeadLoss, CHOOSE))
    text = TextField(label=gettext_lazy("More about it"), max_length=300, required=False)


class Narrowing(forms.Form):
    """What both lists are narrowed by."""

    all_optional = True
    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Customer")}),
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self.is_valid()

    @property
    def wanted(self) -> Mapping[str, Any]:
        """What is not understood narrows nothing."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class LeadFilter(Narrowing):
    state = forms.ChoiceField(
        label=gettext_lazy("State"), choices=choices(LeadState, gettext_lazy("All states")), required=False
    )
    mine = forms.ChoiceField(
        label=gettext_lazy("Whose"),
        choices=[("", gettext_lazy("Everybody's")), ("1", gettext_lazy("Only mine"))],
        required=False,
    )

    def narrowed(self, rows: QuerySet[Lead]) -> QuerySet[Lead]:
        wanted = self.wanted
        if "q" in wanted:
            rows = rows.filter(Q(customer_name__icontains=wanted["q"]) | Q(external_id__iexact=wanted["q"]))
        if "state" in wanted:
            rows = rows.filter(state=wanted["state"])
        return rows.filter(created_by=self.reader) if "mine" in wanted else rows


class OfferFilter(Narrowing):
    state = forms.ChoiceField(
        label=gettext_lazy("Answer"), choices=choices(OfferState, gettext_lazy("All answers")), required=False
    )

    def narrowed(self, rows: QuerySet[LeadOffer]) -> QuerySet[LeadOffer]:
        wanted = self.wanted
        if "q" in wanted:
            rows = rows.filter(lead__customer_name__icontains=wanted["q"])
        return rows.filter(state=wanted["state"]) if "state" in wanted else rows
