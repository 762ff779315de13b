"""The verbs of held prices: written by an approval, told of before they end."""

from datetime import datetime

from django.db import transaction

from deals.holds import notices
from deals.holds.models import PriceHold
from deals.holds.rules import Held
from deals.products.models import ProductLine
from deals.punctuality.rules import closed_at
from deals.registrations.events import record_deal
from deals.registrations.models import Registration

BATCH = 100


def hold(registration: Registration, holds: list[tuple[ProductLine, Held]], *, now: datetime) -> None:
    """Inside the approval, whose terms say the same."""
    PriceHold.objects.bulk_create(
        PriceHold(
            registration=registration,
            product=product,
            price=kept.price,
            currency=kept.currency,
            since=now,
            until=kept.until,
        )
        for product, kept in holds
    )


def end_holds(registration: Registration, *, now: datetime) -> None:
    """Inside the verb that annuls the approval: what it held is held no longer. What others hold stays."""
    for kept in PriceHold.objects.running(now).filter(registration=registration).order_by("pk"):
        kept.until = closed_at(now, kept.since)
        kept.save(update_fields=["until"])


def remind_holds(*, now: datetime) -> int:
    """Tell of every price that is held no longer soon; in batches, each once. How many."""
    told = 0
    while found := _ending(now):
        told += found
    return told


@transaction.atomic
def _ending(now: datetime) -> int:
    rows = PriceHold.objects.ending(now).select_for_update(skip_locked=True, of=("self",)).order_by("until", "pk")
    due = list(rows.select_related("product", "registration__partner__organisation")[:BATCH])
    PriceHold.objects.filter(pk__in=[row.pk for row in due]).update(reminded_at=now)
    for row in due:
        data = {"product": row.product.slug, "until": row.until}
        record_deal("deal.price_hold_ending", row.registration, by=None, now=now, data=data)
        notices.ending(row, now=now)
    return len(due)
