"""Opportunities and touches of our own sellers from a file, for portal and API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from deals.direct.forms import OpportunityForm, TouchForm
from deals.direct.putting import put_opportunity, put_touch
from deals.direct.states import Stage
from deals.registrations.fields import DayField
from deals.sheet_doors import Sheet
from deals.sheets import Change, Columns, Report, Row, given, take_in
from prm.accounts.models import User

ALSO = {"customer": "account", "crm_id": "external_id", "id": "external_id", "type": "kind", "date": "on", "day": "on"}
OF_OPPORTUNITY = Columns(
    ("account", "external_id", "stage", "products", "value", "currency", "expected_close", "closed_on"),
    {**ALSO, "amount": "value", "close": "expected_close"},
)
OF_TOUCH = Columns(("account", "external_id", "kind", "on", "note"), ALSO)


class OpportunityRow(OpportunityForm):
    """A row of a file: closed ones as well, and what has no cell stays as it is."""

    closed_on = DayField(required=False)

    def __init__(self, row: Row, *, by: User) -> None:
        self.told = {name for name, cell in row.items() if cell.strip()}
        slugs = row.get("products", "").replace(",", " ").replace(";", " ").lower().split()
        words = {"stage": row.get("stage", "").strip().lower() or Stage.PROSPECTING.value}
        words["currency"] = row.get("currency", "").strip().upper() or "EUR"
        super().__init__(given(row, products=slugs, **words), by=by)
        self.fields["stage"].choices = Stage.choices  # type: ignore[attr-defined]
        self.fields["external_id"].required = True

    def arguments(self) -> dict[str, Any]:
        """Of the verb."""
        values = {name: value for name, value in self.values().items() if name in self.told and name != "external_id"}
        if "value" in self.told:
            values["currency"] = self.values()["currency"]
        else:
            values.pop("currency", None)
        data = self.cleaned_data
        return {
            "account": data["account"],
            "external_id": data["external_id"],
            "values": values,
            "products": data["products"] if "products" in self.told else None,
            "closed_on": data["closed_on"],
        }


class TouchRow(TouchForm):
    def __init__(self, row: Row, *, by: User) -> None:
        super().__init__(given(row, kind=row.get("kind", "").strip().lower()), by=by)
        self.fields["external_id"].required = True


def take_opportunities(rows: Sequence[Row], by: User, now: datetime, dry_run: bool) -> Report:
    def put(row: OpportunityRow) -> tuple[str, Change]:
        opportunity, change = put_opportunity(**row.arguments(), by=by, now=now)
        return opportunity.public_id, change

    read = [OpportunityRow(row, by=by) for row in rows]
    return take_in(read, put, dry_run=dry_run, key=lambda row: row.cleaned_data["external_id"])


def take_touches(rows: Sequence[Row], by: User, now: datetime, dry_run: bool) -> Report:
    def put(row: TouchRow) -> tuple[str, Change]:
        touch, change = put_touch(**row.given(), by=by, now=now)
        return touch.public_id, change

    read = [TouchRow(row, by=by) for row in rows]
    return take_in(read, put, dry_run=dry_run, key=lambda row: row.cleaned_data["external_id"])


AGAIN = gettext_lazy("What your CRM knows, as often as you like: a known id is changed, never doubled")
OPPORTUNITIES = Sheet(
    title=gettext_lazy("Import opportunities"),
    subtitle=AGAIN,
    hint=gettext_lazy("Needed are the customer's id in your CRM or here, and the opportunity's own id in your CRM."),
    back="direct",
    back_label=gettext_lazy("Direct sales"),
    columns=OF_OPPORTUNITY,
    take=take_opportunities,
)
TOUCHES = Sheet(
    title=gettext_lazy("Import touches"),
    subtitle=AGAIN,
    hint=gettext_lazy("Needed are the customer's id in your CRM or here, the touch's own id, its kind and its day."),
    back="direct-touches",
    back_label=gettext_lazy("Touches"),
    columns=OF_TOUCH,
    take=take_touches,
)
