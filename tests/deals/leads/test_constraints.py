"""What the database itself refuses, whoever writes."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.leads import answers
from deals.leads.models import Lead, LeadOffer
from tests.deals.leads.asking import MONDAY
from tests.factories import Cast, offer_to


@pytest.fixture
def offer(cast: Cast) -> LeadOffer:
    return offer_to(cast.helix, cast.pam)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "somewhere"}, "lead_state_known"),
        ({"customer_name": ""}, "lead_says_who_and_what"),
        ({"need": ""}, "lead_says_who_and_what"),
        ({"value": Decimal(-1), "currency": "EUR"}, "lead_value_bounded"),
        ({"value": Decimal(1), "currency": ""}, "lead_value_bounded"),
        ({"value": Decimal(1), "currency": "eur"}, "lead_value_bounded"),
        ({"value": None, "currency": "EUR"}, "lead_value_bounded"),
        ({"value": Decimal("100000000000.01"), "currency": "EUR"}, "lead_value_bounded"),
        ({"state": "accepted"}, "lead_taken_by_somebody"),
        ({"state": "lost", "closed_at": MONDAY, "loss_reason": "price"}, "lead_taken_by_somebody"),
        ({"state": "withdrawn"}, "lead_closed_whole"),
        ({"closed_at": MONDAY}, "lead_closed_whole"),
    ],
)
def test_lead_that_contradicts_itself_is_refused(offer: LeadOffer, changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Lead.objects.filter(pk=offer.lead_id).update(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"partner": None}, "lead_taken_by_somebody"),
        ({"state": "offered"}, "lead_taken_by_somebody"),
        ({"state": "converted"}, "lead_converted_by_a_deal"),
        ({"state": "lost", "closed_at": MONDAY}, "lead_lost_with_reason"),
        ({"state": "lost", "loss_reason": "price"}, "lead_closed_whole"),
    ],
)
def test_taken_lead_keeps_its_partner_and_its_reasons(
    cast: Cast, offer: LeadOffer, changes: dict[str, Any], constraint: str
) -> None:
    answers.accept(offer=offer, by=cast.helix.rep, now=MONDAY)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Lead.objects.filter(pk=offer.lead_id).update(**changes)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "forgotten"}, "lead_offer_(state_known|answered_whole)"),
        ({"state": "accepted"}, "lead_offer_answered_whole"),
        ({"answered_at": MONDAY}, "lead_offer_answered_whole"),
        ({"state": "lapsed", "answered_at": MONDAY, "remind_at": MONDAY}, "lead_offer_answered_whole"),
        ({"state": "declined", "answered_at": MONDAY, "remind_at": None}, "lead_offer_declined_with_reason"),
    ],
)
def test_offer_that_contradicts_itself_is_refused(offer: LeadOffer, changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        LeadOffer.objects.filter(pk=offer.pk).update(**changes)


def test_partner_is_asked_once_a_round(cast: Cast, offer: LeadOffer) -> None:
    LeadOffer.objects.filter(pk=offer.pk).update(state="lapsed", answered_at=MONDAY, remind_at=None)
    about = {"lead": offer.lead, "partner": offer.partner, "offered_at": MONDAY, "due_at": MONDAY}

    with pytest.raises(IntegrityError, match="lead_offer_once_a_round"), transaction.atomic():
        LeadOffer.objects.create(**about, round=1, policy=offer.policy)
    assert LeadOffer.objects.create(**about, round=2, policy=offer.policy).is_open


def test_crm_id_belongs_to_one_lead_and_none_is_no_id(cast: Cast, offer: LeadOffer) -> None:
    other = offer_to(cast.helix, cast.pam).lead
    assert (offer.lead.external_id, other.external_id) == ("", "")
    Lead.objects.filter(pk=other.pk).update(external_id="crm-1")

    with pytest.raises(IntegrityError, match="lead_entered_once"), transaction.atomic():
        Lead.objects.filter(pk=offer.lead_id).update(external_id="crm-1")
