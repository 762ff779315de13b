"""The partner's verbs: accept an offer or decline it, and what becomes of a lead that was taken."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from deals.leads import notices, policies
from deals.leads.models import LeadOffer, LeadReport
from deals.leads.offering import offer_next
from deals.leads.recording import change, locked_offer, offer_conflict, record_offer
from deals.leads.states import LeadState, OfferState
from deals.products.models import ProductLine
from deals.registrations.actions import create_draft
from deals.registrations.models import Registration
from deals.registrations.states import Origin, State
from prm.accounts.models import User
from prm.audit.models import Event
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.actions import take_back
from prm.questions import Question

COPIED = (
    *("customer_name", "customer_website", "customer_country", "customer_city", "contact_name", "contact_email"),
    *("contact_title", "segment", "value", "currency"),
)
# Every submission asks; hardly any was a lead.
_taken_for = Question(
    lambda deal: LeadOffer.objects.filter(state=OfferState.ACCEPTED, lead__registration__public_id=deal).order_by(), str
)


@transaction.atomic
def accept(*, offer: LeadOffer, by: User, now: datetime) -> LeadOffer:
    """Take the lead; from now on its contact is told. StateConflict when somebody or the date was quicker."""
    offer = _to_answer(offer, by, now)
    _answer(offer, OfferState.ACCEPTED, by, now)
    offer.lead.state, offer.lead.partner = LeadState.ACCEPTED, offer.partner
    change(offer.lead, "state", "partner")
    record_offer("lead.accepted", offer, by=by, now=now, lead=offer.lead.public_id)
    notices.accepted(offer, now=now)
    return offer


@transaction.atomic
def decline(*, offer: LeadOffer, reason: str, text: str = "", by: User, now: datetime) -> LeadOffer:
    """The next one is asked at once. `reason` is of DeclineReason; another reason needs a text."""
    offer = _to_answer(offer, by, now)
    offer.reason, offer.text = reason, text.strip()
    if reason == "other" and not offer.text:
        raise InvalidInput({"text": [_("Say why, in a few words.")]})
    _answer(offer, OfferState.DECLINED, by, now)
    record_offer("lead.declined", offer, by=by, now=now, lead=offer.lead.public_id, reason=reason)
    offer_next(offer.lead, by=None, now=now)
    return offer


@transaction.atomic
def report(*, offer: LeadOffer, stage: str, text: str = "", by: User, now: datetime) -> LeadOffer:
    """How far it has come. The same again right after it is StateConflict."""
    offer = _at_work(offer, by)
    said = LeadReport(lead=offer.lead, stage=stage, text=text.strip(), reported_at=now, reported_by=by)
    last = offer.lead.reports.last()
    if last is not None and (last.stage, last.text) == (said.stage, said.text):
        raise StateConflict(_("This is what was reported last."), state=offer.lead.state)
    said.save()
    change(offer)
    record_offer("lead.reported", offer, by=by, now=now, stage=stage)
    return offer


@transaction.atomic
def register_lead(*, offer: LeadOffer, by: User, now: datetime) -> Registration:
    """A draft with what is known of the customer, found by the vendor; once it is submitted the lead is converted."""
    offer = _at_work(offer, by)
    lead = offer.lead
    if lead.registration_id is not None:
        raise StateConflict(_("There is a draft for this lead already."), state=lead.state, code="drafted")
    values = {name: getattr(lead, name) for name in COPIED} | {"origin": Origin.VENDOR.value}
    on_sale = ProductLine.objects.on_sale().filter(pk__in=[line.pk for line in lead.products.all()])
    lines = [(product, 1) for product in on_sale.order_by("pk")]
    lead.registration = create_draft(values=values, lines=lines, by=by, now=now)
    change(lead, "registration")
    change(offer)
    record_offer("lead.registering", offer, by=by, now=now, deal=lead.registration.public_id)
    return lead.registration


@transaction.atomic
def lose_lead(*, offer: LeadOffer, reason: str, text: str = "", by: User, now: datetime) -> LeadOffer:
    """It comes to nothing. A draft that was made for it stays the partner's."""
    offer = _at_work(offer, by)
    lead = offer.lead
    lead.state, lead.loss_reason, lead.loss_text = LeadState.LOST, reason, text.strip()
    lead.closed_at, lead.closed_by = now, by
    change(lead, "state", "loss_reason", "loss_text", "closed_at", "closed_by")
    change(offer)
    record_offer("lead.lost", offer, by=by, now=now, reason=reason)
    notices.lost(offer, now=now)
    return offer


def convert(event: Event) -> None:
    """A registration that was made from a lead has taken its place in line, or another one has in its place."""
    first = event.data.get("appeal_of")
    offer = _taken_for.one(first or event.subject_id)
    if offer is None:
        return
    offer = locked_offer(offer)
    if first and _stands(first):
        return
    if first:
        offer.lead.registration = Registration.objects.get(public_id=event.subject_id)
        change(offer.lead, "registration")
        change(offer)
    elif offer.lead.state == LeadState.ACCEPTED:
        offer.lead.state = LeadState.CONVERTED
        change(offer.lead, "state")
        change(offer)
        actor = User.objects.filter(pk=event.actor_id or 0).first()
        record_offer("lead.converted", offer, by=actor, now=event.at, deal=event.subject_id)


def _stands(first: str) -> bool:
    """The lead stays with what was approved when only the rest is registered again."""
    return Registration.objects.filter(public_id=first).exclude(state__in=[State.REJECTED, State.REVERSED]).exists()


def _to_answer(offer: LeadOffer, by: User, now: datetime) -> LeadOffer:
    offer = locked_offer(offer)
    if not policies.can_answer(by, offer):
        raise NotAllowed(_("Your role does not answer offers of leads."))
    if offer.is_open and offer.due_at <= now:
        raise StateConflict(_("The time to answer is over; the lead goes to the next partner."), state="lapsed")
    if not offer.is_open:
        raise offer_conflict(offer)
    return offer


def _at_work(offer: LeadOffer, by: User) -> LeadOffer:
    offer = locked_offer(offer)
    if not policies.can_work(by, offer):
        raise NotAllowed(_("A colleague of yours works on this lead."))
    if not offer.is_at_work:
        raise offer_conflict(offer)
    return offer


def _answer(offer: LeadOffer, state: OfferState, by: User, now: datetime) -> None:
    offer.state, offer.answered_at, offer.answered_by, offer.remind_at = state, now, by, None
    change(offer, "state", "answered_at", "answered_by", "remind_at", "reason", "text")
    take_back(f"{offer.public_id}-reminded-")
