"""Who is asked next, and what becomes of offers that nobody answers. Any number may run at once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from deals.leads import notices, rules
from deals.leads.events import OFFER
from deals.leads.models import Lead, LeadOffer, LeadOfferQuerySet, LeadQuerySet
from deals.leads.recording import change, record_lead, record_offer
from deals.leads.rulebook import SCHEMA, LeadRules
from deals.leads.selectors import Ranked, calendar_of_partner, ranked
from deals.leads.states import LeadState, OfferState
from prm.accounts.models import User
from prm.audit.actions import record_many
from prm.clocks.database import database_now
from prm.policy.selectors import current
from prm.rows import insert

# Of an advisory lock: whose turn it is, is asked by one at a time. Never reused for another purpose.
TURNS = 7_610_241
TURNS_SQL = "select pg_advisory_xact_lock(%s)"
BATCH = 500
# Each ranks every partner; what is left is the next run's.
AT_ONCE = 100


def offer_next(lead: Lead, *, by: User | None, now: datetime) -> LeadOffer | None:
    """Ask whoever is first; without anybody it waits for room, or comes back. The caller holds the lead's row."""
    with connection.cursor() as cursor:
        cursor.execute(TURNS_SQL, [TURNS])
    order = ranked(lead, now)
    lead.tried_at = now
    if order and order[0].place.number:
        return _offer(lead, order[0], by, now)
    waits = any(one.place.waits_for_room for one in order)
    lead.state = LeadState.WAITING if waits else LeadState.RETURNED
    change(lead, "state", "tried_at")
    if not waits:
        record_lead("lead.returned", lead, by=by, now=now, round=lead.round)
        notices.returned(lead, now=now)
    return None


def _offer(lead: Lead, first: Ranked, by: User | None, now: datetime) -> LeadOffer:
    version = current(SCHEMA, LeadRules, now=now)
    due_at, remind_at = rules.dates_of_offer(
        now,
        calendar_of_partner(first.partner),
        answer_days=version.values.answer_business_days,
        remind_days=version.values.reminder_business_days,
    )
    offer = insert(
        LeadOffer(
            lead=lead,
            partner=first.partner,
            round=lead.round,
            offered_before=first.place.candidate.last_offered,
            offered_at=now,
            due_at=due_at,
            remind_at=remind_at,
            policy=version.version,
        )
    )
    lead.state = LeadState.OFFERED
    change(lead, "state", "tried_at")
    record_offer("lead.offered", offer, by=by, now=now, lead=lead.public_id, due_at=due_at.isoformat())
    notices.offered(offer, now=now)
    return offer


def place_new(now: datetime | None = None) -> int:
    """Leads that nobody was looked for yet; behind the commit that made them."""
    return _place(Lead.objects.waiting().filter(tried_at=None), now or database_now())


def offers_due(*, now: datetime) -> int:
    """Lapse what is not answered, ask the next ones, try those that wait for room, remind. Returns how many changed."""
    lapsed = _in_batches(lambda: _lapse_batch(now))
    placed = place_new(now)
    _place(Lead.objects.waiting().filter(tried_at__lt=now), now)
    return lapsed + placed + _in_batches(lambda: _remind_batch(now))


def _in_batches(batch: Callable[[], int]) -> int:
    total = 0
    while done := batch():
        total += done
    return total


def _place(rows: LeadQuerySet, now: datetime) -> int:
    keys = list(rows.order_by("tried_at", "created_at", "pk").values_list("pk", flat=True)[:AT_ONCE])
    return sum(_place_one(key, now) for key in keys)


@transaction.atomic
def _place_one(key: int, now: datetime) -> bool:
    """What somebody else is busy with is left to them."""
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",)).select_related("created_by")
    lead = free.filter(pk=key, state=LeadState.WAITING).first()
    if lead is not None:
        offer_next(lead, by=None, now=now)
    return lead is not None


def _claimed(rows: LeadOfferQuerySet) -> list[LeadOffer]:
    """A batch of offers, under the locks of their leads; what another holds is the other's."""
    leads = Lead.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=rows.order_by().values("lead"))
    held = list(leads.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return list(rows.filter(lead__in=held).select_related("lead", "partner__organisation").order_by("pk"))


@transaction.atomic
def _lapse_batch(now: datetime) -> int:
    late = _claimed(LeadOffer.objects.lapsed(now))
    if not late:
        return 0
    offers = LeadOffer.objects.filter(pk__in=[offer.pk for offer in late])
    offers.update(state=OfferState.LAPSED, answered_at=now, remind_at=None, version=F("version") + 1)
    leads = Lead.objects.filter(pk__in=[offer.lead_id for offer in late])
    leads.update(state=LeadState.WAITING, tried_at=None, version=F("version") + 1)
    _record_many("lead.lapsed", late, now)
    notices.lapsed(late, now=now)
    return len(late)


@transaction.atomic
def _remind_batch(now: datetime) -> int:
    soon = _claimed(LeadOffer.objects.to_remind(now))
    if not soon:
        return 0
    LeadOffer.objects.filter(pk__in=[offer.pk for offer in soon]).update(remind_at=None)
    _record_many("lead.reminded", soon, now)
    notices.remind(soon, now=now)
    return len(soon)


def _record_many(kind: str, offers: list[LeadOffer], now: datetime) -> None:
    rows: list[tuple[int | None, tuple[str, str], dict[str, Any]]] = [
        (offer.partner.organisation_id, (OFFER, offer.public_id), {"due_at": offer.due_at.isoformat()})
        for offer in offers
    ]
    record_many(kind, by=None, now=now, rows=rows)
