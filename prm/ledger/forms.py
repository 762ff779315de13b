"""What the ledger is narrowed down by; it stands in the address, so that it can be kept and sent on."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.accounts.models import Organisation, User
from prm.ledger.models import Entry, EntryQuerySet
from prm.ledger.rules import month_of, next_month
from prm.ledger.states import Kind
from prm.portal.formats import month

WAITING, PAYABLE, PAID = "waiting", "payable", "paid"
STANDINGS = [
    ("", gettext_lazy("Any")),
    (WAITING, gettext_lazy("Waiting")),
    (PAYABLE, gettext_lazy("Can be paid")),
    (PAID, gettext_lazy("Paid")),
]
MOST_MONTHS = 36


class EarningsFilter(forms.Form):
    all_optional = True

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": gettext_lazy("Customer or reference")}),
    )
    month = forms.ChoiceField(label=gettext_lazy("Month"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=[("", gettext_lazy("All kinds")), *Kind.choices], required=False
    )
    standing = forms.ChoiceField(label=gettext_lazy("Where it stands"), choices=STANDINGS, required=False)
    partner = forms.ChoiceField(label=gettext_lazy("Partner"), required=False)

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Entry.objects.visible_to(reader).order_by()
        self._choose("month", _months(rows), _("All months"))
        if reader.is_vendor:
            self._choose("partner", _partners(rows), _("All partners"))
        else:
            del self.fields["partner"]

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]], everything: str) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    @property
    def is_narrowed(self) -> bool:
        return any(self.cleaned_data.values())

    def narrowed(self, rows: EntryQuerySet, today: date) -> EntryQuerySet:
        """Of these rows the wanted ones; call it on a valid form."""
        wanted = self.cleaned_data
        if wanted["q"]:
            rows = rows.matching(wanted["q"])
        if first := month_of(wanted["month"]):
            rows = rows.filter(booked_on__gte=first, booked_on__lt=next_month(first))
        if wanted["kind"]:
            rows = rows.filter(kind=wanted["kind"])
        if wanted.get("partner"):
            rows = rows.filter(organisation__public_id=wanted["partner"])
        return _standing(rows, wanted["standing"], today)


def _standing(rows: EntryQuerySet, standing: str, today: date) -> EntryQuerySet:
    if standing == WAITING:
        return rows.open().filter(payable_from__gt=today)
    if standing == PAYABLE:
        return rows.payable(today)
    return rows.filter(settlement__isnull=False) if standing == PAID else rows


def _months(rows: EntryQuerySet) -> list[tuple[str, str]]:
    found = rows.dates("booked_on", "month", order="DESC")[:MOST_MONTHS]
    return [(f"{first:%Y-%m}", month(first)) for first in found]


def _partners(rows: EntryQuerySet) -> list[tuple[str, str]]:
    found = Organisation.objects.filter(pk__in=rows.values("organisation")).order_by("name", "pk")
    return list(found.values_list("public_id", "name"))
