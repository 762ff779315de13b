"""A protection that two share is taken back: it ends for both, and each reads of its own."""

from datetime import timedelta
from decimal import Decimal

import pytest

from deals.earnings.actions import refund
from deals.extensions.actions import ask_extension, decide_extension
from deals.extensions.models import Extension
from deals.protections.actions import expire_due, remind_due
from deals.protections.models import Protection
from deals.registrations.actions import lose, win
from deals.registrations.face import steps
from deals.registrations.models import Registration
from deals.reversals.models import Reversal
from deals.reversals.policies import can_reverse, is_offered
from deals.teaming.models import Teaming
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import NotAllowed, StateConflict
from prm.ledger.actions import Earning, earn
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.notices.models import Notice
from prm.signing.selectors import chain_of
from tests.deals.reversals.test_reversing import reverse
from tests.deals.teaming.conftest import Pair, fresh, reply
from tests.deals.test_api import Caller
from tests.deals.together.conftest import check_honest, known, names_of, readable, sums
from tests.factories import MUELLER, make_assessed, make_team

pytestmark = pytest.mark.django_db

KINDS = pytest.mark.parametrize("kind", ["pair", "live"])
SIDES = pytest.mark.parametrize("side", ["deal", "other"])
PROOF = "Two meetings with the board and an offer since the approval."


@pytest.fixture
def team(request: pytest.FixtureRequest, kind: str) -> Pair:
    found: Pair = request.getfixturevalue(kind)
    return found.agreed()


def chosen(team: Pair, side: str) -> tuple[Registration, Registration]:
    """The one that is reversed, and the one that shares with it."""
    deal, other = team.rows
    return (deal, other) if side == "deal" else (other, deal)


@KINDS
@SIDES
def test_both_end_with_their_terms_and_the_protection(team: Pair, side: str) -> None:
    one, mate = chosen(team, side)
    terms = {one.pk: one.terms, mate.pk: mate.terms}
    now = database_now()
    reverse(one, team.cast.pam2, now=now)

    for row in team.rows:
        assert (row.state, row.terms, row.ended_at, row.protected_until) == ("reversed", {}, now, now)
        assert (row.reversal.before, row.reversal.clause, row.reversal.amount) == ("approved", "3.2", None)
        assert (row.reversal.terms, row.reversal.decider) == (terms[row.pk], row.decided_by)
        assert [step.title for step in steps(row, now)][-1] == "Decision reversed"
        assert chain_of("deal", row.public_id)[-1].kind == "ended"
    assert not Protection.objects.holding(now).exists()
    assert [expire_due(now=now + timedelta(days=99)), remind_due(now=now + timedelta(days=80))] == [0, 0]
    check_honest()


@pytest.mark.parametrize("kind", ["live"])
@SIDES
def test_both_are_told_and_each_of_its_own(team: Pair, side: str) -> None:
    one, mate = chosen(team, side)
    reverse(one, team.cast.pam2)

    told = Notice.objects.filter(kind="deal.reversed")
    helix, orbit = team.cast.helix.rep, team.cast.orbit.rep
    assert {notice.user for notice in told} == {helix, orbit, team.cast.pam}
    for row in (one, mate):
        notice = told.get(user=row.created_by)
        assert row.reference in notice.title
        assert notice.body.endswith("The protection has ended with it, and its terms are annulled.")
    assert known({team.other.public_id, team.other.reference}, readable(team.cast.helix, team.deal)) == set()
    assert known({team.deal.public_id, team.deal.reference}, readable(team.cast.orbit, team.other)) == set()


@pytest.mark.parametrize("kind", ["live"])
@pytest.mark.parametrize("side", ["other"])
def test_both_read_the_reason_over_the_api(team: Pair, side: str) -> None:
    reverse(chosen(team, side)[0], team.cast.pam2)

    for row, by in zip(team.rows, (team.cast.helix.rep, team.cast.orbit.rep), strict=True):
        told = Caller(by).get(f"deals/{row.public_id}").json()
        assert (told["state"], told["reversal"]["clause"]) == ("reversed", "3.2")
        assert not told["terms"]


@pytest.mark.parametrize("kind", ["pair"])
@SIDES
def test_only_the_one_that_is_named_is_compensated(team: Pair, side: str) -> None:
    one, mate = chosen(team, side)
    reverse(one, team.cast.pam2, amount=Decimal("250.00"))

    assert sums(one.partner.organisation) == {Kind.COMPENSATION: Decimal("250.00")}
    assert sums(mate.partner.organisation) == {}
    assert "250" not in Notice.objects.get(kind="deal.reversed", user=mate.created_by).body.replace(mate.reference, "")
    for row in team.rows:
        with pytest.raises(StateConflict):
            refund(registration=row, amount=Decimal(1), reason="back", by=team.cast.finance, now=database_now())


@pytest.mark.parametrize("kind", ["pair"])
@pytest.mark.parametrize("side", ["other"])
def test_what_both_have_earned_in_advance_is_taken_back(team: Pair, side: str) -> None:
    now = database_now()
    for row in team.rows:
        earn(
            organisation=row.partner.organisation,
            seller=row.created_by,
            subject=("deal", row.public_id),
            label="In advance",
            earnings=[Earning(Kind.ONCE, f"advance-{row.pk}", Decimal(80), Decimal("0.1"), Decimal(800))],
            currency="EUR",
            earned_on=now.date(),
            wait_days=0,
            by=None,
            now=now,
        )
    reverse(chosen(team, side)[0], team.cast.pam2)

    for row in team.rows:
        assert sums(row.partner.organisation) == {Kind.ONCE: Decimal(80), Kind.REVERSAL: Decimal(-80)}
        notice = Notice.objects.get(kind="earnings.reversed", organisation=row.partner.organisation)
        assert row.reference in notice.body


@pytest.mark.parametrize("kind", ["live"])
@SIDES
def test_nobody_takes_back_half_of_their_own_decision(team: Pair, side: str) -> None:
    one, mate = chosen(team, side)
    Registration.objects.filter(pk=mate.pk).update(decided_by=team.cast.pam2)
    assert not is_offered(team.cast.pam2, one)
    with pytest.raises(NotAllowed):
        reverse(one, team.cast.pam2)

    assert [row.state for row in team.rows] == ["approved", "approved"]
    assert [can_reverse(user, one) for user in (team.cast.admin, team.cast.pam, team.cast.helix.admin)] == [
        *(True, False, False)
    ]


@pytest.mark.parametrize("kind", ["live"])
@pytest.mark.parametrize("side", ["other"])
def test_second_reversal_of_either_changes_nothing(team: Pair, side: str) -> None:
    one, mate = chosen(team, side)
    reverse(one, team.cast.pam2)
    for row in (one, mate):
        with pytest.raises(StateConflict):
            reverse(row, team.cast.admin)

    assert Reversal.objects.count() == 2
    assert Event.objects.filter(kind="deal.reversed").count() == 2


@pytest.mark.parametrize("kind", ["pair"])
def test_extension_that_waits_ends_with_both(team: Pair) -> None:
    ask_extension(registration=fresh(team.other), proof=PROOF, by=team.cast.orbit.rep, now=database_now())
    reverse(team.deal, team.cast.pam2)

    assert Extension.objects.waiting().count() == 0
    for row in team.rows:
        with pytest.raises(StateConflict):
            decide_extension(registration=row, accept=True, message="Go on.", by=team.cast.pam, now=database_now())
    check_honest()


@pytest.mark.parametrize("kind", ["pair"])
@pytest.mark.parametrize("closing", ["won", "lost"])
def test_what_is_closed_is_not_reversed(team: Pair, closing: str) -> None:
    now, rep = database_now(), team.cast.helix.rep
    if closing == "won":
        said = {"closed_on": now.date(), "early_reason": "Signed at once."}
        win(registration=fresh(team.deal), value=Decimal("1000.00"), by=rep, now=now, **said)
    else:
        lose(registration=fresh(team.deal), reason="price", by=rep, now=now)
    for row in team.rows:
        with pytest.raises(StateConflict):
            reverse(row, team.cast.pam2)

    assert [row.state for row in team.rows] == [closing, closing]
    assert all(row.terms["shares"] for row in team.rows)


@pytest.mark.parametrize("kind", ["live"])
def test_third_one_in_line_is_looked_at_again(team: Pair) -> None:
    third = make_team("comet", "Comet Networks", pam=team.cast.pam)
    waiting = make_assessed(third, team.cast.products["fleet-cloud"], **MUELLER)
    reverse(team.other, team.cast.pam2)

    assert fresh(waiting).assessed_at is None
    assert readable(third, waiting).count("Helix") == readable(third, waiting).count("Orbit") == 0


def test_proposal_that_waits_does_not_outlive_the_protection(live: Pair) -> None:
    live.asked()
    reverse(live.other, live.cast.pam2)

    assert Teaming.objects.get().state == "overtaken"
    deal, other = live.rows
    assert (deal.state, deal.teaming_due_at, other.state, other.teaming_due_at) == ("submitted", None, "reversed", None)
    assert Reversal.objects.get().registration == other
    with pytest.raises(StateConflict):
        reply(deal, live.cast.helix.rep)
    assert known(names_of(live.cast.orbit, other), readable(live.cast.helix, deal)) == set()
    check_honest()


@pytest.mark.parametrize("kind", ["pair"])
def test_full_refund_ends_both_but_annuls_no_terms(team: Pair) -> None:
    now = database_now()
    value = Decimal("1000.01")
    said = {"closed_on": now.date(), "early_reason": "Signed at once."}
    win(registration=fresh(team.deal), value=value, by=team.cast.helix.rep, now=now, **said)
    refund(registration=fresh(team.deal), amount=value, reason="All back.", by=team.cast.finance, now=database_now())

    assert [row.state for row in team.rows] == ["reversed", "reversed"]
    assert all(row.terms["shares"] for row in team.rows)
    assert not Reversal.objects.exists()
    for row in team.rows:
        found = sums(row.partner.organisation)
        assert found[Kind.ONCE] == -found[Kind.REVERSAL] > 0
    assert sum(Entry.objects.values_list("amount", flat=True)) == 0
    check_honest()
