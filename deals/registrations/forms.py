"""The partner's forms: register, answer, and what becomes of a deal."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.products.models import ProductLine
from deals.registrations.fields import (
    AmountField,
    DayField,
    Lines,
    LinesField,
    WebsiteField,
    currency_choices,
    read_amount,
    shown_amount,
)
from deals.registrations.models import Registration
from deals.registrations.quotes import Recurring
from deals.registrations.rules import ASKABLE
from deals.registrations.states import Engagement, LossReason, Motion, Opportunity, Origin, Per
from partners.states import Segment
from prm.accounts.models import User
from prm.addresses import country_choices
from prm.currencies import Money
from prm.portal import formats
from prm.portal.forms import NonceMixin, TextField

SERVICES = (1, 2, 3)
RECURRING = ("recurring_amount", "recurring_per", "recurring_months")
# What a registration needs and a draft does not.
NEEDED = (
    *("customer_country", "products", "value", "expected_close", "motion", "opportunity", "engagement", "work_done"),
)
PLAIN = (
    *("customer_name", "customer_website", "customer_country", "customer_city", "customer_tax_number"),
    *("contact_name", "contact_email", "contact_title", "expected_close", "motion", "opportunity", "engagement"),
    *("origin", "segment", "competitor", "work_done", "external_id"),
)


def label(name: str) -> Any:
    return Registration._meta.get_field(name).verbose_name  # type: ignore[union-attr]


def choices(kind: Any, empty: Any = "—") -> list[tuple[str, Any]]:
    return [("", empty), *kind.choices]


# API paths whose answer is more than one field of the form.
TOGETHER = {
    "value": ("value", "currency"),
    "recurring": RECURRING,
    "own_services": tuple(name for number in SERVICES for name in (f"service_{number}", f"service_{number}_value")),
}


def initial_of(registration: Registration) -> dict[str, Any]:
    shown = {name: getattr(registration, name) for name in (*PLAIN, "value", *RECURRING)}
    shown["currency"] = registration.currency or "EUR"
    shown["products"] = [(line.product, line.quantity) for line in registration.lines.all()]
    for number, service in enumerate(services_of(registration)[0], start=1):
        shown[f"service_{number}"] = service["name"]
        if "value" in service:
            shown[f"service_{number}_value"] = shown_amount(Decimal(service["value"]["amount"]))
    return shown


def services_of(registration: Registration) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Own services that the form has rows for, and the others, which it leaves as they are."""
    same = [
        service
        for service in registration.own_services
        if service.get("value", {}).get("currency", registration.currency) == registration.currency
    ][: len(SERVICES)]
    return same, [service for service in registration.own_services if service not in same]


class DealFields(forms.Form):
    """Every field of a deal that a person fills in, and how it becomes values of a Registration.

    `settled_currency` counts where the person has no choice of it.
    """

    settled_currency = ""

    customer_name = TextField(
        label=label("customer_name"),
        max_length=200,
        error_messages={"required": gettext_lazy("A draft needs the customer's name.")},
    )
    customer_website = WebsiteField(label=label("customer_website"), max_length=310, required=False)
    customer_country = forms.ChoiceField(label=label("customer_country"))
    customer_city = TextField(label=label("customer_city"), max_length=120, required=False)
    customer_tax_number = TextField(label=label("customer_tax_number"), max_length=40, required=False)
    contact_name = TextField(label=label("contact_name"), max_length=120, required=False)
    contact_title = TextField(label=label("contact_title"), max_length=120, required=False)
    contact_email = forms.EmailField(label=label("contact_email"), max_length=254, required=False)
    products = LinesField(label=gettext_lazy("Products and quantity"))
    value = AmountField(label=label("value"))
    currency = forms.ChoiceField(label=gettext_lazy("Currency"), choices=currency_choices, initial="EUR")
    recurring_amount = AmountField(label=gettext_lazy("Recurring amount"), required=False)
    recurring_per = forms.ChoiceField(label=gettext_lazy("per"), choices=choices(Per), required=False)
    recurring_months = forms.IntegerField(
        label=gettext_lazy("for months"), min_value=1, max_value=120, required=False, localize=False
    )
    expected_close = DayField(label=label("expected_close"))
    motion = forms.ChoiceField(label=label("motion"), choices=choices(Motion, gettext_lazy("Choose …")))
    opportunity = forms.ChoiceField(label=label("opportunity"), choices=Opportunity.choices)
    engagement = forms.ChoiceField(label=label("engagement"), choices=Engagement.choices, widget=forms.RadioSelect)
    work_done = TextField(label=label("work_done"), max_length=4000, lines=True)
    origin = forms.ChoiceField(label=label("origin"), choices=choices(Origin), required=False)
    segment = forms.ChoiceField(label=label("segment"), choices=choices(Segment), required=False)
    competitor = TextField(label=label("competitor"), max_length=120, required=False)
    external_id = TextField(label=label("external_id"), max_length=80, required=False)

    def __init__(
        self,
        *args: Any,
        registration: Registration | None = None,
        products: Iterable[ProductLine] = (),
        closed: Mapping[str, str] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        if registration is not None:
            kwargs["initial"] = initial_of(registration)
        super().__init__(*args, **kwargs)
        self.other_services = services_of(registration)[1] if registration else []
        self.fields["customer_country"].choices = country_choices(formats.language())  # type: ignore[attr-defined]
        offered: LinesField = self.fields["products"]  # type: ignore[assignment]
        offered.offer(list(products), closed)
        for number in SERVICES:
            self.fields[f"service_{number}"] = TextField(label=_("Service"), max_length=120, required=False)
            self.fields[f"service_{number}_value"] = AmountField(label=_("Its value"), required=False)

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("currency", self.settled_currency)
        for name, field in self.fields.items():
            if isinstance(field, AmountField):
                self._read_amount(name)
        if "recurring_amount" in self.fields:
            self._check_recurring()
        for number in SERVICES:
            if self.cleaned_data.get(f"service_{number}_value") and not self.cleaned_data.get(f"service_{number}"):
                self.add_error(f"service_{number}", _("What is the service called?"))
        return self.cleaned_data

    def _read_amount(self, name: str) -> None:
        text, currency = self.cleaned_data.pop(name, None), self.cleaned_data["currency"]
        try:
            self.cleaned_data[name] = read_amount(text or "", currency)
        except ValidationError as error:
            if "currency" not in self.errors:
                self.add_error(name, error)

    def _check_recurring(self) -> None:
        given = {name: self.cleaned_data.get(name) for name in RECURRING}
        if not any(given.values()):
            return
        for name, value in given.items():
            if not value and name not in self.errors:
                self.add_error(name, _("Give the amount, the period and the number of months together."))

    @property
    def service_rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        names = [f"service_{number}" for number in SERVICES]
        return [(self[name], self[f"{name}_value"]) for name in names if name in self.fields]

    @property
    def more_is_filled(self) -> bool:
        """Whether the folded part of the form has something to show."""
        folded = (*RECURRING, "origin", "segment", "competitor", "external_id", "service_1", "service_2", "service_3")
        return any(self[name].value() for name in folded) or any(name in self.errors for name in folded)

    def values(self) -> dict[str, Any]:
        """Field names of Registration for the fields of this form (lines apart)."""
        data = self.cleaned_data
        values = {name: data[name] for name in self.fields if name in {*PLAIN, "value", "currency", *RECURRING}}
        if "service_1" in self.fields:
            values["own_services"] = [*self._services(), *self.other_services]
        return values

    def _services(self) -> list[dict[str, Any]]:
        rows = [(self.cleaned_data[f"service_{n}"], self.cleaned_data[f"service_{n}_value"]) for n in SERVICES]
        return [self._service(name, amount) for name, amount in rows if name]

    def _service(self, name: str, amount: Decimal | None) -> dict[str, Any]:
        if not amount:
            return {"name": name}
        money = Money(amount, self.cleaned_data["currency"])
        return {"name": name, "value": {"amount": money.plain, "currency": money.currency}}

    def lines(self) -> Lines:
        given: Lines = self.cleaned_data["products"]
        return given


class LenientForm(forms.Form):
    """Fields in `lenient` are drawn as needed and may be left empty: what is missing is another's to say."""

    lenient: tuple[str, ...] = ()

    def full_clean(self) -> None:
        names = [name for name in self.lenient if name in self.fields]
        for name in names:
            self.fields[name].required = False
        super().full_clean()
        for name in names:
            self.fields[name].required = True


class RegistrationForm(LenientForm, NonceMixin, DealFields):
    """Registers a deal, or keeps it as a draft, which may be as empty as it likes."""

    lenient = (*NEEDED, "currency")

    def clean_opportunity(self) -> str:
        return self.cleaned_data["opportunity"] or Opportunity.NEW.value


class AnswerForm(DealFields):
    """The message, and of the deal only what was asked."""

    message = TextField(label=gettext_lazy("Your answer"), max_length=4000, lines=True, required=False)

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        super().__init__(*args, registration=registration, **kwargs)
        self.paths = [path for path in registration.asked_fields if path in ASKABLE]
        open_fields = {name for path in self.paths for name in TOGETHER.get(path, (ASKABLE[path],))}
        self.fields = {name: field for name, field in self.fields.items() if name in {*open_fields, "message"}}
        self.fields["message"].required = not self.paths
        self.settled_currency = registration.currency


class SmallForm(forms.Form):
    """One of several forms on a page: its ids start with its own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        name = type(self).__name__.removesuffix("Form").lower()
        super().__init__(*args, **{"auto_id": f"{name}_%s", **kwargs})


class WithdrawForm(SmallForm):
    reason = TextField(label=gettext_lazy("Why? Your account manager reads it"), max_length=300, required=False)


class WinForm(SmallForm):
    closed_on = DayField(
        label=gettext_lazy("When did the customer sign?"),
        error_messages={"required": gettext_lazy("Give the day on which the customer signed.")},
    )
    value = AmountField(label=gettext_lazy("Final value"), required=False)
    early_reason = TextField(
        label=gettext_lazy("Why so soon after the approval?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Your account manager and the programme read it."),
    )

    def __init__(self, *args: Any, registration: Registration, today: date, early: bool = False, **kwargs: Any) -> None:
        kwargs["initial"] = {"closed_on": today, "value": registration.value}
        super().__init__(*args, **kwargs)
        self.registration = registration
        if not early:
            del self.fields["early_reason"]
        self.fields["value"].help_text = _("In %(currency)s, as registered.") % {"currency": registration.currency}

    def clean_value(self) -> Decimal | None:
        return read_amount(self.cleaned_data["value"], self.registration.currency)


class LoseForm(SmallForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why was it lost?"),
        choices=choices(LossReason, gettext_lazy("Choose …")),
        error_messages={"required": gettext_lazy("Choose why it was lost.")},
    )


class ShareForm(SmallForm):
    """Colleagues who do not read everything of the organisation anyway."""

    colleague = forms.ChoiceField(
        label=gettext_lazy("Colleague"),
        error_messages={"required": gettext_lazy("Choose a colleague.")},
    )

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.colleagues = {user.public_id: user for user in colleagues}
        named = [(public_id, str(user)) for public_id, user in self.colleagues.items()]
        self.fields["colleague"].choices = [("", _("Choose …")), *named]  # type: ignore[attr-defined]

    def clean_colleague(self) -> User:
        return self.colleagues[self.cleaned_data["colleague"]]


class QuoteForm(forms.Form):
    """As much of a half-filled registration as is needed to say what it would earn."""

    value = AmountField(required=False)
    currency = forms.ChoiceField(choices=currency_choices, required=False)
    motion = forms.ChoiceField(choices=choices(Motion), required=False)
    opportunity = forms.ChoiceField(choices=choices(Opportunity), required=False)
    engagement = forms.ChoiceField(choices=choices(Engagement), required=False)
    recurring_amount = AmountField(required=False)
    recurring_per = forms.ChoiceField(choices=choices(Per), required=False)
    recurring_months = forms.IntegerField(min_value=1, max_value=120, required=False, localize=False)

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        data["currency"] = data.get("currency") or "EUR"
        if "value" in data:
            data["value"] = read_amount(data["value"], data["currency"])
        if data.get("recurring_amount"):
            data["recurring_amount"] = read_amount(data["recurring_amount"], data["currency"])
        return data

    @property
    def recurring(self) -> Recurring | None:
        """None until amount, period and months are there together."""
        amount, per, months = (self.cleaned_data.get(name) for name in RECURRING)
        return Recurring(amount, per, months) if amount and per and months else None
