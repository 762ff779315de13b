"""What the scheduler does with offers: they expire by their date, and partners are reminded. Any number may run."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from deals.marketplace import notices, rules
from deals.marketplace.events import record_offer
from deals.marketplace.models import MarketplaceOffer, MarketplaceOfferQuerySet
from deals.marketplace.states import MarketState
from deals.registrations.rules import next_reminder, reminder_now
from prm.rows import update

BATCH = 100


def offers_due(*, now: datetime) -> int:
    """Expire what was not accepted, remind of what ends soon; missed reminders collapse. How many."""
    return _in_batches(lambda: _expire_batch(now)) + _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _claimed(rows: MarketplaceOfferQuerySet) -> list[MarketplaceOffer]:
    """A batch, locked; what somebody else holds is theirs."""
    return list(rows.with_nouns().order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])


@transaction.atomic
def _expire_batch(now: datetime) -> int:
    late = _claimed(MarketplaceOffer.objects.over(now))
    for offer in late:
        offer.state, offer.ended_at, offer.ended_by = MarketState.EXPIRED, now, None
        offer.next_reminder_at = None
        offer.version += 1
        update(offer, "state", "ended_at", "ended_by", "next_reminder_at", "version")
        record_offer("expired", offer, by=None, now=now)
        notices.expired(offer, now=now)
    return len(late)


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    soon = _claimed(MarketplaceOffer.objects.to_remind(now))
    for offer in soon:
        _remind(offer, now)
    return len(soon)


def _remind(offer: MarketplaceOffer, now: datetime) -> None:
    if offer.expires_at is None:
        raise AssertionError("an offer that was sent has a last day")
    zone = offer.partner.organisation.time_zone
    days = reminder_now(offer.expires_at, rules.REMINDED_DAYS, zone, now)
    offer.next_reminder_at = next_reminder(offer.expires_at, rules.REMINDED_DAYS, zone, now)
    update(offer, "next_reminder_at")
    if days is not None:
        record_offer("reminded", offer, by=None, now=now, days=days)
        notices.reminded(offer, days=days, now=now)
