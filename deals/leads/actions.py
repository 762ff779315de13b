"""The vendor's verbs: enter leads, change them, offer them again, take them back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from deals.leads import notices, policies
from deals.leads.events import LEAD
from deals.leads.models import Lead, LeadOffer
from deals.leads.offering import offer_next
from deals.leads.recording import change, lead_conflict, locked_lead, record_lead, record_offer
from deals.leads.states import LeadState, OfferState
from deals.products.models import ProductLine
from prm.accounts.models import User
from prm.audit.actions import record_many
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell

NEEDED = ("customer_name", "customer_country", "need", "source")
REACHED_BY = ("contact_name", "contact_email", "contact_phone")


@transaction.atomic
def enter_lead(*, values: Mapping[str, Any], products: Sequence[ProductLine] = (), by: User, now: datetime) -> Lead:
    """A new lead, offered at once to whoever is first. `values` are field names of Lead.

    Raises InvalidInput for what is missing, StateConflict for an external id that is known.
    """
    _check_may(policies.can_enter(by))
    _check(values)
    lead = _keep(Lead(created_at=now, created_by=by, **values))
    lead.products.set(products)
    record_lead("lead.entered", lead, by=by, now=now, source=lead.source)
    offer_next(lead, by=by, now=now)
    doorbell.ring_after_commit()
    return lead


@transaction.atomic
def import_leads(
    *, rows: Sequence[tuple[Mapping[str, Any], Sequence[ProductLine]]], by: User, now: datetime
) -> list[Lead]:
    """All of them or none. They are offered behind the commit, in the order of the rows."""
    _check_may(policies.can_enter(by))
    for values, _products in rows:
        _check(values)
    leads = [Lead(created_at=now, created_by=by, **values) for values, _products in rows]
    known = _known_ids(leads)
    if known:
        text = _("These are known already: %(ids)s. Nothing was imported.")
        raise StateConflict(text % {"ids": ", ".join(known[:10])}, state="known", code="known")
    Lead.objects.bulk_create(leads)
    of_product = Lead.products.through
    of_product.objects.bulk_create(
        of_product(lead=lead, productline=product)
        for lead, (_values, products) in zip(leads, rows, strict=True)
        for product in products
    )
    told: list[tuple[int | None, tuple[str, str], dict[str, Any]]] = [
        (None, (LEAD, lead.public_id), {"source": lead.source}) for lead in leads
    ]
    record_many("lead.entered", by=by, now=now, rows=told)
    doorbell.ring_after_commit()
    return leads


@transaction.atomic
def change_lead(
    *, lead: Lead, values: Mapping[str, Any], products: Sequence[ProductLine] | None = None, by: User, now: datetime
) -> Lead:
    """While nobody is asked. What is not given stays."""
    lead = _locked(lead, by)
    if not lead.is_changeable:
        raise lead_conflict(lead)
    for name, value in values.items():
        setattr(lead, name, value)
    _check({name: getattr(lead, name) for name in (*NEEDED, *REACHED_BY)})
    change(_free_of_twins(lead), *values)
    fields = list(values)
    if products is not None:
        lead.products.set(products)
        fields.append("products")
    record_lead("lead.changed", lead, by=by, now=now, fields=sorted(fields))
    return lead


@transaction.atomic
def offer_again(*, lead: Lead, by: User, now: datetime) -> Lead:
    """A new round: everybody who fits may be asked once more."""
    lead = _locked(lead, by)
    if lead.state != LeadState.RETURNED:
        raise lead_conflict(lead)
    lead.round += 1
    change(lead, "round")
    record_lead("lead.again", lead, by=by, now=now, round=lead.round)
    offer_next(lead, by=by, now=now)
    return lead


@transaction.atomic
def withdraw_lead(*, lead: Lead, by: User, now: datetime) -> Lead:
    """Nobody gets it any more; whoever is asked just now is told, and keeps the turn."""
    lead = _locked(lead, by)
    if not lead.is_free:
        raise lead_conflict(lead)
    for offer in LeadOffer.objects.open().filter(lead=lead).select_related("lead", "partner__organisation"):
        offer.state, offer.answered_at, offer.answered_by, offer.remind_at = OfferState.WITHDRAWN, now, by, None
        change(offer, "state", "answered_at", "answered_by", "remind_at")
        record_offer("lead.offer_withdrawn", offer, by=by, now=now)
        notices.withdrawn(offer, now=now)
    lead.state, lead.closed_at, lead.closed_by = LeadState.WITHDRAWN, now, by
    change(lead, "state", "closed_at", "closed_by")
    record_lead("lead.withdrawn", lead, by=by, now=now)
    return lead


def _locked(lead: Lead, by: User) -> Lead:
    lead = locked_lead(lead)
    _check_may(policies.can_steer(by, lead))
    return lead


def _check_may(allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("Your role does not allow this for leads."))


def _check(values: Mapping[str, Any]) -> None:
    errors = {name: [_("This is needed for a lead.")] for name in NEEDED if not values.get(name)}
    if not any(values.get(name) for name in REACHED_BY):
        errors["contact.name"] = [_("Say whom to call or to write to.")]
    if errors:
        raise InvalidInput(errors)


def _keep(lead: Lead) -> Lead:
    try:
        with transaction.atomic():
            lead.save()
    except IntegrityError as error:
        raise _known() from error
    return lead


def _free_of_twins(lead: Lead) -> Lead:
    if _known_ids([lead]):
        raise _known()
    return lead


def _known() -> StateConflict:
    return StateConflict(_("A lead with this CRM id is known already."), state="known", code="known")


def _known_ids(leads: Sequence[Lead]) -> list[str]:
    """Those of other leads, and those that stand there twice."""
    ids = [lead.external_id for lead in leads if lead.external_id]
    own = [lead.pk for lead in leads if lead.pk]
    known = set(Lead.objects.filter(external_id__in=ids).exclude(pk__in=own).values_list("external_id", flat=True))
    return sorted(known | {one for one in ids if ids.count(one) > 1})
