"""Offers from a file, for portal and API."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy

from deals.marketplace import actions
from deals.marketplace.forms import NAMING, TERMS, OfferRow
from deals.registrations.models import Registration
from deals.sheet_doors import Sheet
from deals.sheets import Change, Columns, Report, Row, take_in
from prm.accounts.models import User

COLUMNS = Columns(
    ("deal", *NAMING, *TERMS, "state", "co_sell"),
    {
        "registration": "deal",
        "reference": "deal",
        "offer": "offer_id",
        "customer": "buyer",
        "value": "amount",
        "expires": "expires_on",
        "expiry": "expires_on",
        "last_day": "expires_on",
        "status": "state",
        "cosell": "co_sell",
    },
)


def take(rows: Sequence[Row], by: User, now: datetime, dry_run: bool) -> Report:
    def put(row: OfferRow) -> tuple[str, Change]:
        offer, change = actions.put_offer(registration=row.cleaned_data["deal"], values=row.values(), by=by, now=now)
        return offer.public_id, change

    deals = _named(rows, by)
    return take_in([OfferRow(row, deals=deals) for row in rows], put, dry_run=dry_run, key=lambda row: row.key)


def _named(rows: Sequence[Row], by: User) -> dict[str, Registration]:
    """The registrations of the rows, by id and by reference; one query for all."""
    named = {row.get("deal", "").strip() for row in rows}
    known = Registration.objects.visible_to(by).select_related("partner__organisation", "partner__pam")
    found = known.filter(Q(public_id__in=named) | Q(reference__in={name.upper() for name in named}))
    return {name: deal for deal in found for name in (deal.public_id, deal.reference)}


SHEET = Sheet(
    title=gettext_lazy("Import marketplace offers"),
    subtitle=gettext_lazy("What a marketplace reports, as often as you like: a known offer is changed, never doubled"),
    hint=gettext_lazy(
        "Needed are the registration, the marketplace with its offer id, the buyer, the amount and its currency."
    ),
    back="marketplace",
    back_label=gettext_lazy("Marketplace"),
    columns=COLUMNS,
    take=take,
)
