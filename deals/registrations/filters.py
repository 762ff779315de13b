"""What a list of registrations is narrowed down by; it stands in the address, so that it can be kept and sent on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.products.models import ProductLine
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import State
from partners.models import Partner
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.clocks.calendar import end_of_day, local_date

NEWEST = ("-created_at", "-pk")
BY_DUE = ("decision_due_at", "pk")


class RegistrationFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Customer or reference")}),
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    product = forms.ChoiceField(label=gettext_lazy("Product"), required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)
    due = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            ("", gettext_lazy("Any time")),
            ("waiting", gettext_lazy("Waiting, by date")),
            ("today", gettext_lazy("Due today")),
            ("overdue", gettext_lazy("Overdue")),
        ],
        required=False,
    )
    mine = forms.ChoiceField(label=gettext_lazy("Whose"), required=False)
    won = forms.ChoiceField(
        label=gettext_lazy("Won"),
        choices=[("", gettext_lazy("However soon")), ("early", gettext_lazy("Soon after approval"))],
        required=False,
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        self._choose("state", state_choices(reader), _("All states"))
        self._choose("product", ProductLine.objects.values_list("slug", "name"), _("All products"))
        if reader.is_vendor:
            self._choose("partner", partner_choices(reader), _("All partners"))
            self._choose("mine", [("1", _("My partners"))], _("Everybody's"))
        else:
            del self.fields["partner"], self.fields["due"], self.fields["won"]
            self._choose("mine", [("1", _("Only mine"))], _("Everybody's"))
        if not reader.may(P.DEALS_DECIDE, P.DEALS_REGISTER):
            del self.fields["mine"]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]], everything: str) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    @property
    def order(self) -> tuple[str, str]:
        return BY_DUE if self.cleaned_data.get("due") else NEWEST

    def narrowed(self, rows: RegistrationQuerySet, now: datetime) -> RegistrationQuerySet:
        """Of these rows the wanted ones; call it on a valid form."""
        wanted = self.cleaned_data
        if wanted["q"]:
            rows = rows.matching(wanted["q"])
        if wanted["state"]:
            rows = rows.open() if wanted["state"] == "open" else rows.filter(state=wanted["state"])
        if wanted["product"]:
            rows = rows.filter(pk__in=Registration.objects.filter(lines__product__slug=wanted["product"]).values("pk"))
        if wanted.get("partner"):
            rows = rows.filter(partner__organisation__public_id=wanted["partner"])
        if wanted.get("due"):
            rows = self._due(rows, wanted["due"], now)
        if wanted.get("won"):
            rows = rows.exclude(early_reason="")
        return self._mine(rows) if wanted.get("mine") else rows

    def _due(self, rows: RegistrationQuerySet, due: str, now: datetime) -> RegistrationQuerySet:
        """Only what somebody has to decide now; asked ones wait for the partner, or for two of them."""
        waiting = rows.filter(state=State.SUBMITTED, teaming_due_at=None)
        if due == "overdue":
            return waiting.filter(decision_due_at__lt=now)
        if due == "today":
            return waiting.filter(decision_due_at__range=(now, end_of_today(self.reader, now)))
        return waiting

    def _mine(self, rows: RegistrationQuerySet) -> RegistrationQuerySet:
        if self.reader.is_vendor:
            return rows.filter(partner__pam=self.reader)
        return rows.filter(created_by=self.reader)


def end_of_today(user: User, now: datetime) -> datetime:
    zone = user.time_zone or (user.organisation.time_zone if user.organisation else "UTC")
    return end_of_day(local_date(now, zone), zone)


def state_choices(reader: User) -> list[tuple[str, Any]]:
    states = [(value, text) for value, text in State.choices if not (reader.is_vendor and value == State.DRAFT)]
    return [("open", _("Open")), *states]


def partner_choices(reader: User) -> list[tuple[str, str]]:
    rows = Partner.objects.visible_to(reader).order_by("organisation__name")
    return list(rows.values_list("organisation__public_id", "organisation__name"))
