"""Offers are entered, changed and moved by whoever works on the registration, once each."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from deals.decisions.actions import reject
from deals.marketplace import actions
from deals.marketplace.models import MarketplaceOffer
from deals.sheets import Change
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.marketplace.making import make_offer, offer_values
from tests.factories import Cast, make_approved, make_draft, make_registration

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)
LAST = date(2026, 3, 20)


def events() -> list[str]:
    rows = Event.objects.filter(kind__startswith="marketplace.").order_by("pk")
    return [kind.partition(".")[2] for kind in rows.values_list("kind", flat=True)]


def told() -> list[tuple[str, str]]:
    rows = Notice.objects.filter(kind__startswith="marketplace.").order_by("pk")
    return [(kind.partition(".")[2], email) for kind, email in rows.values_list("kind", "user__email")]


def test_offer_goes_its_way(cast: Cast) -> None:
    deal, rep = make_approved(cast.helix), cast.helix.rep
    offer = make_offer(deal, rep, state="draft", expires_on=LAST, now=NOON)
    assert (offer.state, offer.next_reminder_at, offer.partner) == ("draft", None, cast.helix.partner)
    assert f"{offer.expires_at:%Y-%m-%d %H:%M:%S}" == "2026-03-20 22:59:59"

    offer = actions.move_offer(offer=offer, state="sent", by=rep, now=NOON)
    assert offer.next_reminder_at is not None
    assert offer.next_reminder_at.date() == date(2026, 3, 13)
    offer = actions.change_offer(offer=offer, values={"co_sell": "shared", "amount": Decimal(5)}, by=rep, now=NOON)
    offer = actions.move_offer(offer=offer, state="accepted", by=rep, now=NOON)
    assert (offer.ended_at, offer.ended_by, offer.next_reminder_at) == (NOON, rep, None)
    offer = actions.change_offer(offer=offer, values={"co_sell": "approved"}, by=cast.pam, now=NOON)
    assert (offer.ended_at, offer.ended_by, offer.version) == (NOON, rep, 5)

    assert events() == ["added", "sent", "changed", "co_sell", "accepted", "co_sell"]
    pam = cast.pam.email
    assert told() == [("co_sell", pam), ("accepted", pam), ("co_sell", rep.email)]


def test_what_is_over_stays(cast: Cast) -> None:
    deal, rep = make_approved(cast.helix), cast.helix.rep
    accepted = make_offer(deal, rep, state="accepted", expires_on=None)
    withdrawn = actions.move_offer(offer=make_offer(deal, rep), state="withdrawn", by=rep, now=database_now())
    refused: list[tuple[MarketplaceOffer, dict[str, Any]]] = [
        (accepted, {"state": "accepted"}),
        (accepted, {"state": "withdrawn"}),
        (accepted, {"amount": Decimal(1)}),
        (withdrawn, {"state": "sent"}),
        (withdrawn, {"state": "withdrawn"}),
        (withdrawn, {"co_sell": "asked"}),
    ]
    before = events()

    for offer, given in refused:
        verb = actions.move_offer if "state" in given else actions.change_offer
        about: dict[str, Any] = given if "state" in given else {"values": given}
        with pytest.raises(StateConflict) as error:
            verb(offer=offer, **about, by=rep, now=database_now())
        assert error.value.state == offer.state
    assert events() == before


def test_expired_one_is_given_more_time_or_was_accepted_in_time(cast: Cast) -> None:
    deal, rep, now = make_approved(cast.helix), cast.helix.rep, database_now()
    one, other = (make_offer(deal, rep, state="expired", expires_on=now.date() - timedelta(days=3)) for _ in range(2))
    assert (one.ended_by, events()) == (rep, ["added", "expired", "added", "expired"])

    one = actions.change_offer(
        offer=one, values={"expires_on": now.date() + timedelta(days=30)}, by=rep, now=database_now()
    )
    other = actions.move_offer(offer=other, state="accepted", by=rep, now=database_now())

    assert (one.state, one.ended_at, one.ended_by) == ("sent", None, None)
    assert other.state == "accepted"
    assert events()[4:] == ["changed", "sent", "accepted"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"expires_on": date(2020, 1, 1)}, "expires_on"),
        ({"expires_on": None}, "expires_on"),
        ({"marketplace": "other"}, "marketplace_name"),
        ({"marketplace_name": "Bazaar"}, "marketplace_name"),
        ({"state": "expired"}, "state"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(cast: Cast, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        make_offer(make_approved(cast.helix), cast.helix.rep, **changes)

    assert list(refused.value.errors) == [field]
    assert (MarketplaceOffer.objects.count(), events()) == (0, [])


def test_who_may_and_for_what(cast: Cast) -> None:
    waiting, refused, draft = (
        make_registration(cast.helix),
        make_registration(cast.helix),
        make_draft(cast.helix, next(iter(cast.products.values()))),
    )
    reject(registration=refused, reason="other", message="No.", by=cast.pam, now=database_now())
    for user in (cast.helix.rep, cast.helix.admin, cast.pam, cast.admin):
        make_offer(waiting, user)
    for user in (cast.helix.engineer, cast.orbit.rep, cast.orbit.admin, cast.pam2, cast.seller, cast.executive):
        with pytest.raises(NotAllowed):
            make_offer(waiting, user)
        with pytest.raises(NotAllowed):
            actions.put_offer(registration=waiting, values=offer_values(), by=user, now=database_now())
    for deal in (refused, draft):
        with pytest.raises(StateConflict):
            make_offer(deal, cast.helix.admin)

    offer = MarketplaceOffer.objects.earliest("pk")
    with pytest.raises(NotAllowed):
        actions.move_offer(offer=offer, state="withdrawn", by=cast.orbit.admin, now=database_now())


def test_offer_id_is_known_once_a_marketplace_and_tells_nothing_of_rivals(cast: Cast) -> None:
    deal, rep = make_approved(cast.helix), cast.helix.rep
    make_offer(deal, rep, offer_id="o-1")
    make_offer(deal, rep, offer_id="o-1", marketplace="google")
    make_offer(deal, rep, offer_id="o-1", marketplace="other", marketplace_name="Bazaar")
    make_offer(deal, rep, offer_id="o-1", marketplace="other", marketplace_name="Souk")
    make_offer(make_approved(cast.orbit), cast.orbit.rep, offer_id="o-1")

    with pytest.raises(StateConflict) as refused:
        make_offer(deal, rep, offer_id="o-1")
    assert refused.value.code == "known"
    assert MarketplaceOffer.objects.count() == 5


def test_put_enters_changes_and_leaves(cast: Cast) -> None:
    deal, rep = make_approved(cast.helix), cast.helix.rep
    given = offer_values(offer_id="o-1", state="sent")
    steps: list[tuple[dict[str, Any], Change]] = [
        ({}, Change.NEW),
        ({}, Change.UNCHANGED),
        ({"buyer": "Another buyer"}, Change.CHANGED),
        ({"buyer": "Another buyer", "state": "accepted"}, Change.CHANGED),
        ({"buyer": "Another buyer", "state": "accepted"}, Change.UNCHANGED),
    ]

    made = [
        actions.put_offer(registration=deal, values={**given, **step}, by=rep, now=database_now()) for step, _ in steps
    ]

    assert [change for _offer, change in made] == [change for _step, change in steps]
    assert {offer.public_id for offer, _change in made} == {MarketplaceOffer.objects.get().public_id}
    assert events() == ["added", "sent", "changed", "accepted"]
    with pytest.raises(StateConflict):
        actions.put_offer(registration=deal, values=given, by=rep, now=database_now())
    with pytest.raises(StateConflict) as elsewhere:
        actions.put_offer(registration=make_approved(cast.helix), values=given, by=rep, now=database_now())
    assert elsewhere.value.code == "known"


BROKEN: list[dict[str, Any]] = [
    {"marketplace": "moon"},
    {"state": "gone"},
    {"co_sell": "maybe"},
    {"marketplace": "other"},
    {"marketplace_name": "Bazaar"},
    {"amount": Decimal(-1)},
    {"currency": "eur"},
    {"buyer": ""},
    {"offer_id": ""},
    {"expires_on": None},
    {"expires_at": None, "expires_on": None, "next_reminder_at": None},
    {"state": "draft"},
    {"state": "accepted", "next_reminder_at": None},
    {"ended_at": NOON},
]


@pytest.mark.parametrize("change", BROKEN)
def test_database_keeps_offers_whole(cast: Cast, change: dict[str, Any]) -> None:
    offer = make_offer(make_approved(cast.helix), cast.helix.rep)

    with pytest.raises(IntegrityError, match="marketplace_offer"), transaction.atomic():
        MarketplaceOffer.objects.filter(pk=offer.pk).update(**change)


def test_what_no_door_lets_in_is_no_id_that_is_known(cast: Cast) -> None:
    """The table refuses it, and nobody is told that an id is taken."""
    with pytest.raises(IntegrityError, match="words_known"), transaction.atomic():
        make_offer(make_approved(cast.helix), cast.helix.rep, marketplace="moon")
    assert (MarketplaceOffer.objects.count(), events()) == (0, [])
