"""Appeals, reversals, approvals without a protection and leads: what one of them does to the others."""

from decimal import Decimal

import pytest

from deals.appeals.states import Outcome
from deals.conflicts.actions import assess_pending
from deals.decisions.actions import approve, reject
from deals.leads import answers
from deals.leads.models import Lead
from deals.protections.models import Protection
from deals.punctuality.actions import escalate_due
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.teaming.actions import Proposal, propose
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, StateConflict
from prm.ledger.states import Kind
from prm.notices.models import Notice
from prm.signing.selectors import chain_of
from tests.deals.appeals.asking import appeal, appealed, decide, following, rejected
from tests.deals.punctuality.test_provisional import forgotten
from tests.deals.reversals.test_reversing import reverse
from tests.deals.teaming.conftest import REASON, Pair, fresh, reply
from tests.deals.test_api import Caller
from tests.deals.together.conftest import check_honest, known, names_of, readable, sums
from tests.factories import MUELLER, Cast, deal_values, make_assessed, make_team, offer_to

pytestmark = pytest.mark.django_db


def non_exclusive(deal: Registration, cast: Cast) -> Registration:
    return approve(registration=deal, outcome="non_exclusive", by=cast.pam, now=database_now())


def test_reversed_approval_without_a_protection(cast: Cast) -> None:
    deal = non_exclusive(make_assessed(cast.helix, **MUELLER), cast)
    terms = deal.terms
    deal = reverse(deal, cast.pam2)

    assert (deal.state, deal.outcome, deal.protected_until, deal.terms) == ("reversed", "non_exclusive", None, {})
    assert deal.reversal.terms == terms
    check_honest()


def test_what_is_left_of_a_provisional_protection_ends_with_the_approval(cast: Cast) -> None:
    deal = non_exclusive(forgotten(cast, **MUELLER), cast)
    assert deal.provisional_until is not None
    later = deal.provisional_until
    assert Protection.objects.holding(database_now()).filter(registration=deal).exists()

    now = database_now()
    deal = reverse(deal, cast.pam2, now=now)

    assert (deal.provisional_until, deal.provisional_ended_at) == (now, now)
    assert not Protection.objects.holding(now).exists()
    ended = Event.objects.filter(kind="deal.provisional_ended", subject_id=deal.public_id)
    assert ended.count() == 1
    escalate_due(now=later)
    assert ended.count() == 1
    check_honest()


def test_two_without_a_protection_end_one_by_one(cast: Cast) -> None:
    one, other = (make_assessed(team, **MUELLER) for team in (cast.helix, cast.orbit))
    assess_pending()
    non_exclusive(fresh(one), cast)
    non_exclusive(fresh(other), cast)
    reverse(one, cast.pam2)

    assert (fresh(one).state, fresh(other).state) == ("reversed", "approved")
    assert fresh(other).terms
    assert (
        names_of(cast.helix, one) & {word for word in names_of(cast.helix, one) if word in readable(cast.orbit, other)}
        == set()
    )
    check_honest()


def test_appeal_against_what_two_share_is_made_good_with_money(cast: Cast) -> None:
    third = make_team("comet", "Comet Networks", pam=cast.pam)
    deal = appeal(rejected(cast, team=third), third.rep)
    team = Pair(cast, live=False).agreed()
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, Outcome.REINSTATED)
    assert refused.value.code == "protected"

    decide(deal, cast.pam2, Outcome.COMPENSATED, amount=Decimal("300.00"))

    assert sums(third.organisation) == {Kind.COMPENSATION: Decimal("300.00")}
    assert [row.state for row in team.rows] == ["approved", "approved"]
    rivals = names_of(cast.helix, team.deal) | names_of(cast.orbit, team.other)
    assert known(rivals, readable(third, deal)) == set()
    check_honest()


def test_appeal_is_upheld_once_the_team_is_reversed(cast: Cast) -> None:
    third = make_team("comet", "Comet Networks", pam=cast.pam)
    deal = appeal(rejected(cast, team=third), third.rep)
    team = Pair(cast, live=False).agreed()
    reverse(team.other, cast.pam2)
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, Outcome.COMPENSATED)
    assert refused.value.code == "free"

    decide(deal, cast.pam2, Outcome.REINSTATED)

    row = following(deal)
    assert row.place == deal.place
    assert approve(registration=row, by=cast.pam2, now=database_now()).protected_until
    check_honest()


@pytest.fixture
def reinstated(cast: Cast) -> tuple[Registration, Registration]:
    """Helix's registration in its old place, and Orbit's that came later."""
    first = decide(appealed(cast), cast.pam2, Outcome.REINSTATED)
    later = make_assessed(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    return following(first), fresh(later)


def proposed(row: Registration, other: Registration, by: str, cast: Cast) -> Registration:
    proposal = Proposal(share=60, message=REASON, other=other, override_reason="customer_choice")
    return propose(registration=fresh(row), proposal=proposal, by=getattr(cast, by), now=database_now())


def test_reinstated_one_shares_the_protection(reinstated: tuple[Registration, Registration], cast: Cast) -> None:
    row, later = reinstated
    proposed(row, later, "pam2", cast)
    assert known(names_of(cast.orbit, later), readable(cast.helix, row)) == set()
    reply(row, cast.helix.rep)
    reply(later, cast.orbit.rep)

    assert [fresh(each).outcome for each in reinstated] == ["teaming", "teaming"]
    assert fresh(row).decided_by == cast.pam2
    reverse(later, cast.admin)
    assert [fresh(each).state for each in reinstated] == ["reversed", "reversed"]
    check_honest()


def test_who_refused_it_does_not_grant_it_through_the_other(
    reinstated: tuple[Registration, Registration], cast: Cast
) -> None:
    row, later = reinstated
    with pytest.raises(InvalidInput) as refused:
        proposed(later, row, "pam", cast)

    assert list(refused.value.errors) == ["beside"]
    assert fresh(row).teaming_due_at is fresh(later).teaming_due_at is None
    assert proposed(later, row, "admin", cast).teaming_due_at


def test_reinstated_one_is_approved_without_a_protection(
    reinstated: tuple[Registration, Registration], cast: Cast
) -> None:
    row, _later = reinstated
    done = approve(registration=row, outcome="non_exclusive", by=cast.pam2, now=database_now())
    assert (done.state, done.protected_until) == ("approved", None)
    reverse(done, cast.admin, amount=Decimal("40.00"))

    assert sums(cast.helix.organisation) == {Kind.COMPENSATION: Decimal("40.00")}
    check_honest()


@pytest.fixture
def converted(cast: Cast) -> Lead:
    """Helix has registered the customer of a lead."""
    offer, rep = offer_to(cast.helix, cast.pam), cast.helix.rep
    answers.accept(offer=offer, by=rep, now=offer.offered_at)
    draft = answers.register_lead(offer=offer, by=rep, now=offer.offered_at)
    values = {name: value for name, value in deal_values().items() if not name.startswith("customer")}
    lines = [(cast.products["fleet-cloud"], 1)]
    registrations.update_draft(registration=draft, values=values, lines=lines, by=rep, now=database_now())
    registrations.submit(registration=draft, by=rep, now=database_now())
    return Lead.objects.get(pk=offer.lead_id)


def registered(lead: Lead) -> Registration:
    assert lead.registration is not None
    return fresh(lead.registration)


def test_lead_stays_with_its_partner_when_the_decision_is_reversed(converted: Lead, cast: Cast) -> None:
    approve(registration=registered(converted), by=cast.pam, now=database_now())
    reverse(registered(converted), cast.pam2)

    converted.refresh_from_db()
    assert (converted.state, converted.partner) == ("converted", cast.helix.partner)
    assert converted.offers.count() == 1
    assert registered(converted).state == "reversed"
    check_honest()


@pytest.mark.parametrize("way", ["appeal", "reversal"])
def test_lead_follows_the_registration_that_follows(converted: Lead, cast: Cast, way: str) -> None:
    first = registered(converted)
    refusal = {"reason": "not_qualified", "message": "We see no project."}
    reject(registration=first, by=cast.pam, now=database_now(), **refusal)
    if way == "appeal":
        decide(appeal(first, cast.helix.rep), cast.pam2, Outcome.REINSTATED)
    else:
        reverse(first, cast.pam2, reinstated=True)

    row = following(first)
    assert (row.origin, row.place) == (first.origin, first.place)
    converted.refresh_from_db()
    assert (converted.state, converted.registration) == ("converted", row)
    offer = converted.offers.get()
    assert Caller(cast.helix.rep).get(f"leads/offers/{offer.public_id}").json()["taken"]["deal"] == row.public_id
    check_honest()


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.COMPENSATED])
def test_answers_to_an_appeal_leave_the_team_alone(cast: Cast, outcome: str) -> None:
    third = make_team("comet", "Comet Networks", pam=cast.pam)
    deal = appeal(rejected(cast, team=third), third.rep)
    team = Pair(cast, live=True).agreed()
    before = [(row.terms, row.protected_until) for row in team.rows]
    decide(deal, cast.pam2, outcome)

    assert [(row.terms, row.protected_until) for row in team.rows] == before
    assert chain_of("deal", deal.public_id)[-1].kind == "appealed"
    assert not Notice.objects.filter(user__in=[cast.helix.rep, cast.orbit.rep], kind__contains="appeal").exists()
    check_honest()
