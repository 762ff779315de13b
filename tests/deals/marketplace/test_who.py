"""Whoever reads a registration reads its offers, and nobody else; what is told, and to whom."""

from datetime import UTC, date, datetime

import pytest

from deals.marketplace import actions
from deals.marketplace.forms import OfferForm, OfferRow, code_of
from deals.marketplace.models import MarketplaceOffer
from deals.marketplace.states import CO_SELL_TONES, TONES, CoSell, Marketplace, MarketState
from deals.marketplace.sweeping import offers_due
from deals.registrations.actions import share, win
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.selectors import timeline
from prm.clocks.database import database_now
from prm.notices.models import Notice
from tests.deals.marketplace.making import make_offer
from tests.factories import Cast, make_account, make_approved, make_user

NOON = datetime(2026, 3, 4, 11, tzinfo=UTC)
LAST = date(2026, 3, 20)


def seen(user: User) -> list[str]:
    return list(MarketplaceOffer.objects.visible_to(user).order_by("offer_id").values_list("offer_id", flat=True))


def test_offers_are_read_with_their_registrations(cast: Cast) -> None:
    """o-1: of an open deal of Helix, shared with its engineer; o-2: of one that is won; o-3: the rival's."""
    helix, orbit = cast.helix, cast.orbit
    deal, won, other = make_approved(helix), make_approved(helix), make_approved(orbit)
    for number, (at, team) in enumerate(((deal, helix), (won, helix), (other, orbit)), start=1):
        make_offer(at, team.rep, offer_id=f"o-{number}")
    share(registration=deal, colleague=helix.engineer, by=helix.rep, now=database_now())
    win(registration=won, closed_on=database_now().date(), early_reason="Signed.", by=helix.rep, now=database_now())
    Registration.objects.filter(pk=other.pk).update(account=make_account(owner=cast.seller))
    support = make_user("support@helix.example", helix.organisation, "support")

    assert {user.email: seen(user) for user in (helix.admin, helix.rep, helix.marketing)} == {
        user.email: ["o-1", "o-2"] for user in (helix.admin, helix.rep, helix.marketing)
    }
    assert (seen(helix.engineer), seen(support)) == (["o-1"], [])
    assert seen(orbit.admin) == ["o-3"]
    assert [seen(user) for user in (cast.pam, cast.pam2, cast.admin, cast.executive)] == [["o-1", "o-2", "o-3"]] * 4
    assert (seen(cast.finance), seen(cast.seller), seen(cast.expert)) == (["o-2"], ["o-3"], [])


def test_each_side_is_told_what_the_other_did(cast: Cast) -> None:
    deal, rep, pam = make_approved(cast.helix), cast.helix.rep, cast.pam
    offer = make_offer(deal, rep, offer_id="o-1", expires_on=LAST, now=NOON)
    actions.change_offer(offer=offer, values={"co_sell": "asked"}, by=rep, now=NOON)
    actions.change_offer(offer=offer, values={"co_sell": "approved"}, by=pam, now=NOON)
    offers_due(now=datetime(2026, 3, 20, 22, 59, 59, tzinfo=UTC))
    actions.move_offer(offer=offer, state="accepted", by=pam, now=NOON)

    rows = Notice.objects.filter(kind__startswith="marketplace.").order_by("pk")

    assert [(row.user, row.title) for row in rows] == [
        (pam, "Co-sell of the offer to Acme Freight in AWS Marketplace: Asked for"),
        (rep, "Co-sell of the offer to Acme Freight in AWS Marketplace: Approved"),
        (rep, "The offer to Acme Freight in AWS Marketplace has expired"),
        (rep, "Acme Freight has accepted the offer in AWS Marketplace"),
    ]
    assert {row.path for row in rows} == {offer.get_absolute_url()}
    assert all("€86,400" in row.body and "o-1" in row.body for row in rows)
    assert len({row.key for row in rows}) == 4


def test_history_tells_both_sides_and_holds_ids_and_codes_alone(cast: Cast) -> None:
    deal, rep, now = make_approved(cast.helix), cast.helix.rep, database_now()
    offer = make_offer(deal, rep)
    actions.change_offer(offer=offer, values={"buyer": "Borea", "co_sell": "asked"}, by=rep, now=now)
    actions.move_offer(offer=offer, state="withdrawn", by=rep, now=now)
    told = [
        "Marketplace offer entered",
        "Marketplace offer sent to the buyer",
        "Marketplace offer changed: buyer",
        "Co-sell of a marketplace offer: asked",
        "Marketplace offer withdrawn",
    ]

    for reader in (rep, cast.pam, cast.executive):
        entries = [entry.text for entry in timeline("deal", deal.public_id, reader=reader)]
        assert [text for text in entries if "arketplace offer" in text] == told


def test_every_state_has_a_tone_that_the_pages_know() -> None:
    known = {"", "good", "warn", "bad", "accent"}

    assert {MarketplaceOffer(state=state).tone for state in MarketState} <= known
    assert {MarketplaceOffer(co_sell=state).co_sell_tone for state in CoSell} <= known
    assert (set(TONES) <= set(MarketState), set(CO_SELL_TONES) <= set(CoSell)) == (True, True)


@pytest.mark.parametrize(
    ("state", "buttons"),
    [
        ("draft", (True, False, True, True, True)),
        ("sent", (False, True, True, True, True)),
        ("expired", (False, True, False, True, True)),
        ("accepted", (False, False, False, True, False)),
        ("withdrawn", (False, False, False, False, False)),
    ],
)
def test_page_offers_what_may_be_done(state: str, buttons: tuple[bool, ...]) -> None:
    """Sent, accepted, withdrawn, changed at all, changed in its terms."""
    offer = MarketplaceOffer(state=state)

    found = (offer.can_be_sent, offer.can_be_accepted, offer.can_be_withdrawn, offer.can_change, offer.has_open_terms)

    assert found == buttons


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("aws", "aws"),
        ("AWS", "aws"),
        ("AWS Marketplace", "aws"),
        ("google cloud marketplace", "google"),
        ("Another marketplace", "other"),
        ("moon", "moon"),
        ("", ""),
    ],
)
def test_marketplaces_are_written_as_people_read_them(text: str, code: str) -> None:
    assert code_of(Marketplace, text) == code


def test_form_of_an_accepted_offer_asks_for_co_sell_alone(cast: Cast) -> None:
    offer = make_offer(make_approved(cast.helix), cast.helix.rep, state="accepted")
    form = OfferForm({"co_sell": "approved", "amount": "1", "buyer": "Somebody"}, offer=offer)

    assert form.is_valid()
    assert form.values() == {"co_sell": "approved"}
    assert OfferForm(offer=offer).initial["co_sell"] == "none"


ROW = {"deal": "DR-1", "marketplace": "aws", "offer_id": "o-1", "buyer": "Acme", "amount": "100", "currency": "eur"}
CHANGED: list[tuple[dict[str, str], list[str], set[str]]] = [
    ({}, [], set()),
    ({"state": "Accepted", "co_sell": "asked"}, [], {"state", "co_sell"}),
    ({"expires_on": "2026-03-20"}, [], {"expires_on"}),
    ({"state": " ", "expires_on": ""}, [], set()),
    ({"deal": "dr-1"}, [], set()),
    ({"deal": "DR-2"}, ["deal"], set()),
    ({"amount": ""}, ["amount"], set()),
    ({"currency": "XXX"}, ["amount", "currency"], set()),
    ({"currency": ""}, ["amount", "currency"], set()),
    ({"expires_on": "20.03.2026"}, ["expires_on"], set()),
    ({"state": "gone", "co_sell": "maybe"}, ["co_sell", "state"], set()),
    ({"offer_id": "x" * 81, "buyer": "y" * 201}, ["buyer", "offer_id"], set()),
    ({"buyer": "Acme\x00"}, ["buyer"], set()),
]


@pytest.mark.parametrize(("cells", "wrong", "told"), CHANGED)
def test_row_of_a_file_is_read_as_the_form_reads_it(cells: dict[str, str], wrong: list[str], told: set[str]) -> None:
    """`told` is what it says beside what every row must say: an empty cell leaves what is there."""
    row = OfferRow({**ROW, **cells}, deals={"DR-1": Registration(partner_id=7)})

    assert (row.is_valid(), sorted(row.errors)) == (not wrong, wrong)
    if not wrong:
        named = {"marketplace", "marketplace_name", "offer_id", "buyer", "amount", "currency"}
        assert set(row.values()) == named | told
        assert row.key == (7, "aws", "", "o-1")
