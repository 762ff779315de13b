"""What two holders of one protection live through: won, lost, longer, over, refunded."""

from datetime import timedelta
from decimal import Decimal

import pytest

from deals.earnings.actions import refund
from deals.extensions.actions import ask_extension, decide_extension
from deals.protections.actions import expire_due, remind_due
from deals.protections.models import Protection
from deals.registrations.actions import lose, win
from deals.registrations.models import Registration
from partners.models import RevenueFact
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.ledger.models import Entry
from prm.notices.models import Notice
from prm.signing.selectors import chain_of
from tests.deals.portal.conftest import login  # noqa: F401 - a fixture
from tests.deals.portal.doing import page
from tests.deals.teaming.conftest import Pair, fresh

pytestmark = pytest.mark.django_db

PROOF = "Two meetings with the board and an offer since the approval."
DAY = timedelta(days=1)


def entries(kind: str) -> dict[str, Decimal]:
    rows = Entry.objects.filter(kind=kind).select_related("organisation")
    return {row.organisation.name: row.amount for row in rows}


def revenue(kind: str) -> dict[str, Decimal]:
    rows = RevenueFact.objects.filter(kind=kind).select_related("partner__organisation")
    return {row.partner.organisation.name: row.amount for row in rows}


def closed(deal: Registration, by: User, value: str = "100000.01") -> Registration:
    now = database_now()
    said = {"closed_on": now.date(), "early_reason": "Signed at once."}
    return win(registration=fresh(deal), value=Decimal(value), by=by, now=now, **said)


@pytest.mark.parametrize("winner", ["helix", "orbit"])
@pytest.mark.parametrize("kind", ["pair", "live"])
def test_whoever_wins_both_earn_their_shares(request: pytest.FixtureRequest, kind: str, winner: str) -> None:
    team: Pair = request.getfixturevalue(kind)
    deal, other = team.agreed(35).rows
    by_whom = {"helix": (deal, team.cast.helix.rep), "orbit": (other, team.cast.orbit.rep)}
    won = closed(*by_whom[winner])

    assert [row.state for row in team.rows] == ["won", "won"]
    assert sorted((row.won_value for row in team.rows), key=str) == [Decimal("100000.01"), None]
    assert won.won_value == Decimal("100000.01")
    assert entries("once") == {"Helix Systems": Decimal("7000.00"), "Orbit Solutions": Decimal("13000.00")}
    assert sum(revenue("won").values()) == Decimal("100000.01")
    assert revenue("won")["Helix Systems"] == Decimal("35000.00")
    rows = Entry.objects.filter(kind="once").order_by("organisation__name")
    assert [(row.seller, row.label.partition(" ")[0]) for row in rows] == [
        (team.cast.helix.rep, deal.reference),
        (team.cast.orbit.rep, other.reference),
    ]


def test_refunds_are_taken_back_in_proportion(pair: Pair) -> None:
    deal, other = pair.agreed(33).rows
    won = closed(deal, pair.cast.helix.rep, "1000.00")
    now = database_now()
    refund(registration=won, amount=Decimal("333.33"), reason="returned", by=pair.cast.pam, now=now)
    assert sum(entries("reversal").values()) == Decimal("-66.67")
    with pytest.raises(StateConflict, match="record the refund there"):
        refund(registration=fresh(other), amount=Decimal(1), reason="returned", by=pair.cast.pam, now=now)

    rest = Decimal("666.67")
    refund(registration=fresh(deal), amount=rest, reason="returned", by=pair.cast.pam, now=now)

    assert [row.state for row in pair.rows] == ["reversed", "reversed"]
    for organisation in (pair.cast.helix.organisation, pair.cast.orbit.organisation):
        assert sum(Entry.objects.filter(organisation=organisation).values_list("amount", flat=True)) == 0
    facts = RevenueFact.objects.filter(partner=other.partner)
    assert sum(facts.filter(kind="won").values_list("amount", flat=True)) == Decimal("670.00")
    assert sum(facts.filter(kind="reversed").values_list("amount", flat=True)) == Decimal("670.00")
    assert Event.objects.filter(kind="deal.refunded", subject_id=other.public_id).count() == 2
    assert not Protection.objects.holding(database_now()).exists()


@pytest.mark.parametrize("kind", ["pair", "live"])
def test_loss_of_one_is_the_loss_of_both(request: pytest.FixtureRequest, kind: str) -> None:
    team: Pair = request.getfixturevalue(kind)
    deal, other = team.agreed().rows
    lose(registration=deal, reason="price", by=team.cast.helix.rep, now=database_now())

    assert [(row.state, row.end_reason) for row in team.rows] == [("lost", "price")] * 2
    assert len({row.protected_until for row in team.rows}) == 1
    assert not Protection.objects.holding(database_now()).exists()
    told = Notice.objects.get(kind="deal.lost", user=team.cast.orbit.rep)
    assert "Helix Systems, who shares this customer with you, has closed the deal for you both." in told.body
    with pytest.raises(StateConflict):
        lose(registration=fresh(other), reason="price", by=team.cast.orbit.rep, now=database_now())


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize("kind", ["pair", "live"])
def test_extension_holds_for_both(request: pytest.FixtureRequest, kind: str, accept: bool) -> None:
    team: Pair = request.getfixturevalue(kind)
    cast, before = team.cast, team.agreed().rows[0].protected_until
    asked = ask_extension(registration=fresh(team.other), proof=PROOF, by=cast.orbit.rep, now=database_now())
    ends = {row.protected_until for row in team.rows}
    assert ends == {asked.protected_until} == {row.period.upper for row in Protection.objects.all()}
    assert before not in ends
    with pytest.raises(StateConflict, match="asked for already"):
        ask_extension(registration=fresh(team.deal), proof=PROOF, by=cast.helix.rep, now=database_now())

    decide_extension(registration=fresh(team.other), accept=accept, message="So.", by=cast.pam, now=database_now())

    assert {row.protected_until for row in team.rows} == (ends if accept else {before})
    told = Notice.objects.filter(kind="deal.extension_decided")
    assert {notice.user for notice in told} == {cast.helix.rep, cast.orbit.rep}


def test_time_ends_it_for_both_at_once(pair: Pair) -> None:
    until = pair.agreed().rows[0].protected_until
    assert until is not None
    assert remind_due(now=until - 2 * DAY) == 2
    assert expire_due(now=until) == 2

    assert [row.state for row in pair.rows] == ["expired", "expired"]
    told = Notice.objects.filter(kind="deal.expired")
    assert {notice.user for notice in told} == {pair.cast.helix.rep, pair.cast.orbit.rep, pair.cast.pam}


def test_receipts_of_both_say_what_holds(live: Pair) -> None:
    for row in live.agreed().rows:
        assert chain_of("deal", row.public_id)[-1].kind == "decided"
    lose(registration=fresh(live.other), reason="price", by=live.cast.orbit.rep, now=database_now())

    assert [chain_of("deal", row.public_id)[-1].kind for row in live.rows] == ["ended", "ended"]


def test_pages_of_both_tell_what_each_has(pair: Pair, login: object) -> None:  # noqa: F811
    deal, other = pair.agreed(35).rows
    helix, orbit = login(pair.cast.helix.rep), login(pair.cast.orbit.rep)  # type: ignore[operator]
    assert "Orbit Solutions: Rep Orbit" in page(helix, deal)
    assert "Helix Systems: Rep Helix" in page(orbit, other)
    assert "6,048" in page(helix, deal)
    closed(deal, pair.cast.helix.rep)

    assert "Won on" in page(helix, deal)
    said = page(orbit, other)
    assert "by the partner that shares it with you" in said
    assert "13,000" in said
