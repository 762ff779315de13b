"""How the verbs of leads find what they change, and what they leave behind."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from deals.leads.events import LEAD, OFFER
from deals.leads.models import Lead, LeadOffer
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import StateConflict
from prm.rows import update


def locked_lead(lead: Lead) -> Lead:
    """As it is now. Whoever changes a lead or one of its offers holds this row until the transaction ends."""
    return Lead.objects.select_for_update(of=("self",)).select_related("created_by").get(pk=lead.pk)


def locked_offer(offer: LeadOffer) -> LeadOffer:
    """The offer as it is now, under the lock of its lead."""
    lead = locked_lead(Lead(pk=offer.lead_id))
    found = LeadOffer.objects.select_related("partner__organisation", "answered_by").get(pk=offer.pk)
    found.lead = lead
    return found


def lead_conflict(lead: Lead) -> StateConflict:
    return StateConflict(_("This lead is now: %(state)s.") % {"state": lead.get_state_display()}, state=lead.state)


def offer_conflict(offer: LeadOffer) -> StateConflict:
    """What became of somebody else's is not told."""
    state = offer.lead.state if offer.is_taken else offer.state
    shown = offer.lead.get_state_display() if offer.is_taken else offer.get_state_display()
    return StateConflict(_("This lead is now: %(state)s.") % {"state": shown}, state=state)


def change(row: Lead | LeadOffer, *fields: str) -> None:
    """Save what a verb changed, and grow the version that readers hold."""
    row.version += 1
    update(row, *dict.fromkeys((*fields, "version")))


def record_lead(kind: str, lead: Lead, *, by: User | None, now: datetime, **data: Any) -> None:
    record(kind, by=by, now=now, organisation_id=None, subject=(LEAD, lead.public_id), data=data)


def record_offer(kind: str, offer: LeadOffer, *, by: User | None, now: datetime, **data: Any) -> None:
    subject = (OFFER, offer.public_id)
    record(kind, by=by, now=now, organisation_id=offer.partner.organisation_id, subject=subject, data=data)
