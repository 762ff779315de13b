"""Proposing a team and answering: what changes, what does not, who reads what, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.forms import model_to_dict

from deals.decisions.actions import approve, ask, reject
from deals.protections.actions import expire_due
from deals.protections.models import Protection
from deals.registrations.actions import lose, win, withdraw
from deals.registrations.models import Registration
from deals.registrations.states import Engagement
from deals.teaming.actions import lapse_due, take_back_teaming
from deals.teaming.models import Holder, Teaming
from deals.teaming.selectors import candidates
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.deals.teaming.conftest import REASON, Pair, ask_both, fresh, reply
from tests.factories import MUELLER, Cast, make_asked, make_assessed, make_registration, make_team

DAY = timedelta(days=1)


def held(now: Any = None) -> list[tuple[str, str]]:
    """What is protected, by the reference it hangs on and the product."""
    rows = Protection.objects.holding(now or database_now()).order_by("pk")
    return [(row.registration.public_id, row.product.slug) for row in rows]


def plain(deal: Registration) -> dict[str, Any]:
    return model_to_dict(deal, exclude=["decision_due_at", "version", "teaming_due_at"])


def test_nothing_is_promised_before_both_have_accepted(pair: Pair) -> None:
    before = [plain(row) for row in pair.rows]
    pair.asked()
    reply(pair.other, pair.cast.orbit.rep)

    assert [plain(row) for row in pair.rows] == before
    assert held() == []
    assert Teaming.objects.get().state == "open"


def test_both_accept_and_hold_one_protection(pair: Pair) -> None:
    deal, other = pair.agreed().rows

    assert held() == [(deal.public_id, "fleet-cloud")]
    for row in (deal, other):
        assert (row.state, row.outcome, row.decision_clause) == ("approved", "teaming", "4.5")
        assert (row.decided_by, row.decision_message, row.teaming_due_at) == (pair.cast.pam, REASON, None)
        assert [line.approved for line in row.lines.all()] == [True]
    assert (deal.protected_until, deal.account) == (other.protected_until, other.account)
    assert [row.terms["share"] for row in (deal, other)] == ["0.6", "0.4"]
    assert deal.terms["shares"] == other.terms["shares"]
    assert [row["share"] for row in deal.terms["shares"]] == ["0.600", "0.400"]
    assert (deal.terms["earns"]["amount"], other.terms["earns"]["amount"]) == ("10368.00", "6912.00")


def test_second_holder_joins_a_protection_that_lives(live: Pair) -> None:
    until = fresh(live.other).protected_until
    deal, other = live.agreed(30).rows

    assert held() == [(other.public_id, "fleet-cloud")]
    assert (deal.protected_until, other.protected_until) == (until, until)
    assert (deal.state, deal.outcome, other.state, other.outcome) == ("approved", "teaming", "approved", "teaming")
    assert deal.account == other.account
    assert (deal.terms["share"], other.terms["share"]) == ("0.3", "0.7")
    assert Teaming.objects.get().lead == other


@pytest.mark.parametrize("first", ["helix", "orbit"])
def test_whoever_declines_everything_is_as_before(live: Pair, first: str) -> None:
    cast, before = live.cast, [model_to_dict(row) for row in live.rows]
    live.asked()
    says_no = (live.deal, cast.helix.rep) if first == "helix" else (live.other, cast.orbit.rep)
    reply(*says_no, accept=False)

    after = [model_to_dict(row) for row in live.rows]
    for now, then in zip(after, before, strict=True):
        assert {name for name in now if now[name] != then[name]} <= {"version", "decision_due_at"}
    assert Teaming.objects.get().state == "declined"
    told = Notice.objects.filter(kind="deal.teaming_ended")
    assert sorted(told.values_list("user__email", flat=True)) == sorted(
        [cast.pam.email, (cast.orbit if first == "helix" else cast.helix).rep.email]
    )
    assert approve(registration=make_registration(cast.helix), by=cast.pam, now=database_now()).state == "approved"


def test_declined_one_can_be_decided_otherwise(pair: Pair) -> None:
    pair.asked()
    reply(pair.deal, pair.cast.helix.rep, accept=False)
    given = {"override_reason": "customer_choice", "by": pair.cast.pam, "now": database_now()}

    assert approve(registration=fresh(pair.deal), **given).outcome == "exclusive"


def test_silence_counts_as_no(pair: Pair) -> None:
    pair.asked()
    due = Teaming.objects.get().due_at
    reply(pair.deal, pair.cast.helix.rep)

    assert lapse_due(now=due - DAY) == 0
    assert expire_due(now=due) == 1
    assert lapse_due(now=due) == 0
    assert Teaming.objects.get().state == "lapsed"
    assert [row.teaming_due_at for row in pair.rows] == [None, None]
    assert [row.state for row in pair.rows] == ["submitted", "submitted"]
    with pytest.raises(StateConflict, match="No team waits"):
        reply(pair.other, pair.cast.orbit.rep)


def test_answer_after_the_date_is_too_late(pair: Pair) -> None:
    pair.asked()
    Teaming.objects.update(due_at=database_now())

    with pytest.raises(StateConflict, match="No team waits"):
        reply(pair.deal, pair.cast.helix.rep)


@pytest.mark.parametrize("accept", [True, False])
def test_second_answer_changes_nothing(pair: Pair, accept: bool) -> None:
    pair.asked()
    reply(pair.deal, pair.cast.helix.rep, accept=accept)
    events = Event.objects.count()

    for again in (True, False):
        with pytest.raises(StateConflict):
            reply(pair.deal, pair.cast.helix.rep, accept=again)
    assert Event.objects.count() == events


def test_account_manager_takes_it_back(pair: Pair) -> None:
    pair.asked()
    reply(pair.deal, pair.cast.helix.rep)
    take_back_teaming(registration=fresh(pair.other), by=pair.cast.pam, now=database_now())

    assert Teaming.objects.get().state == "taken_back"
    assert Notice.objects.filter(kind="deal.teaming_ended", user=pair.cast.helix.rep).count() == 1
    with pytest.raises(StateConflict):
        take_back_teaming(registration=fresh(pair.deal), by=pair.cast.pam, now=database_now())


def test_date_of_the_decision_moves_by_the_time_that_both_are_asked(pair: Pair) -> None:
    before = [row.decision_due_at for row in pair.rows]
    pair.asked()
    meanwhile = [row.decision_due_at for row in pair.rows]
    assert all(now > then for now, then in zip(meanwhile, before, strict=True))

    reply(pair.deal, pair.cast.helix.rep, accept=False)
    after = [row.decision_due_at for row in pair.rows]
    assert all(then <= now < asked for then, now, asked in zip(before, after, meanwhile, strict=True))


def test_nothing_else_is_decided_while_both_are_asked(pair: Pair) -> None:
    pair.asked()
    by = {"by": pair.cast.pam, "now": database_now()}
    for row in pair.rows:
        for verb in (
            lambda row=row: approve(registration=row, override_reason="customer_choice", **by),
            lambda row=row: reject(registration=row, reason="other", message="No.", **by),
            lambda row=row: ask(registration=row, message="Who?", fields=[], **by),
            lambda row=row: ask_both(row, pair.cast, other=next(one for one in pair.rows if one != row)),
        ):
            with pytest.raises(StateConflict) as refused:
                verb()
            assert refused.value.code in ("teaming", "asked")
    assert list(Registration.objects.to_decide_by(pair.cast.pam)) == []


@pytest.mark.parametrize("verb", ["withdraw", "win", "lose"])
def test_end_of_one_overtakes_the_proposal(live: Pair, verb: str) -> None:
    live.asked()
    by = {"by": live.cast.orbit.rep, "now": database_now()}
    if verb == "withdraw":
        withdraw(registration=fresh(live.deal), reason="", by=live.cast.helix.rep, now=database_now())
    elif verb == "win":
        said = {"closed_on": database_now().date(), "early_reason": "Signed at once."}
        win(registration=fresh(live.other), **said, **by)
    else:
        lose(registration=fresh(live.other), reason="price", **by)

    assert Teaming.objects.get().state == "overtaken"
    assert [row.teaming_due_at for row in live.rows] == [None, None]
    assert Notice.objects.filter(kind="deal.teaming_ended", user=live.cast.pam).count() == 1


def test_proposal_ends_when_the_protection_has_ended_meanwhile(live: Pair) -> None:
    live.asked()
    reply(live.other, live.cast.orbit.rep)
    Registration.objects.filter(pk=live.other.pk).update(state="expired", teaming_due_at=None, ended_at=database_now())

    deal = reply(live.deal, live.cast.helix.rep)

    assert (deal.state, Teaming.objects.get().state) == ("submitted", "overtaken")


def test_protection_of_a_third_one_overtakes_it(pair: Pair) -> None:
    cast = pair.cast
    pair.asked()
    reply(pair.deal, cast.helix.rep)
    third = make_registration(make_team("third", "Third", pam=cast.pam), cast.products["fleet-cloud"], **MUELLER)
    approve(registration=third, override_reason="customer_choice", by=cast.pam, now=database_now())

    deal = reply(pair.other, cast.orbit.rep)

    assert (deal.state, Teaming.objects.get().state) == ("submitted", "overtaken")
    assert held() == [(third.public_id, "fleet-cloud")]


def test_part_of_the_products_is_shared_and_the_rest_is_not_approved(cast: Cast) -> None:
    fleet, planner = cast.products["fleet-cloud"], cast.products["route-planner"]
    other = make_assessed(cast.orbit, fleet, **MUELLER)
    deal = make_assessed(cast.helix, fleet, planner, **MUELLER)
    ask_both(deal, cast, other=fresh(other), products=[fleet])
    reply(other, cast.orbit.rep)
    reply(deal, cast.helix.rep)

    assert held() == [(deal.public_id, "fleet-cloud")]
    assert [line.approved for line in fresh(deal).lines.all()] == [True, False]


def test_engagement_of_the_team_is_that_of_the_proposal(pair: Pair) -> None:
    deal, other = pair.agreed(engagement=Engagement.SHARED).rows

    assert [(row.engagement, row.terms["rate"]) for row in (deal, other)] == [("shared", "0.12")] * 2


def test_only_one_that_could_share_needs_no_name(pair: Pair) -> None:
    assert candidates(fresh(pair.deal), database_now()) == [pair.other]
    ask_both(pair.deal, pair.cast)

    assert {holder.registration for holder in Holder.objects.all()} == set(pair.rows)


def test_without_one_that_could_share_a_name_is_needed(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask_both(make_assessed(cast.helix), cast)

    assert list(refused.value.errors) == ["beside"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"share": 9}, "split"),
        ({"share": 91}, "split"),
        ({"message": "  "}, "message"),
        ({"message": "With Orbit Solutions you are stronger."}, "message"),
        ({"message": "helix systems knows them."}, "message"),
        ({"engagement": "alone"}, "engagement"),
        ({"products": []}, "products"),
        ({"account": "acc_nobody"}, "account"),
    ],
)
def test_bad_proposal_is_refused_at_its_field(pair: Pair, given: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        ask_both(pair.deal, pair.cast, **{"other": fresh(pair.other), **given})

    assert list(refused.value.errors) == [field]
    assert not Teaming.objects.exists()


def test_two_of_one_partner_are_no_team(cast: Cast) -> None:
    deal, own = make_assessed(cast.helix), make_assessed(cast.helix)

    with pytest.raises(InvalidInput) as refused:
        ask_both(deal, cast, other=fresh(own))
    assert list(refused.value.errors) == ["beside"]


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda cast: make_asked(cast.orbit, cast.products["fleet-cloud"], **MUELLER), "state"),
        (
            lambda cast: make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER, currency="USD"),
            "currency",
        ),
        (
            lambda cast: make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER, opportunity="renewal"),
            "kind",
        ),
        (lambda cast: make_registration(cast.orbit, cast.products["fleet-cloud"]), "not_the_same"),
        (lambda cast: make_registration(cast.orbit, cast.products["telematics"], **MUELLER), "not_the_same"),
    ],
)
def test_who_does_not_fit_cannot_share(cast: Cast, make: Any, code: str) -> None:
    other = make(cast)
    deal = make_assessed(cast.helix, cast.products["fleet-cloud"], **MUELLER)

    with pytest.raises(StateConflict) as refused:
        ask_both(deal, cast, other=fresh(other))

    assert refused.value.code == code
    assert fresh(other) not in candidates(deal, database_now())


def test_who_is_asked_already_cannot_be_asked_by_another(pair: Pair) -> None:
    pair.asked()
    third = make_assessed(make_team("third", "Third", pam=pair.cast.pam), pair.cast.products["fleet-cloud"], **MUELLER)

    with pytest.raises(StateConflict) as refused:
        ask_both(third, pair.cast, other=fresh(pair.other))
    assert refused.value.code == "asked"


def test_third_one_ahead_in_the_line_asks_for_a_reason(cast: Cast) -> None:
    product = cast.products["fleet-cloud"]
    make_registration(make_team("third", "Third", pam=cast.pam), product, **MUELLER)
    pair = Pair(cast, live=False)

    with pytest.raises(StateConflict) as refused:
        pair.asked()
    assert refused.value.code == "earlier_undecided"
    deal, other = pair.agreed(override_reason="customer_choice").rows
    assert (deal.override_reason, other.override_reason) == ("customer_choice", "customer_choice")


def test_rights_are_asked_first(pair: Pair) -> None:
    cast = pair.cast
    for by in (cast.pam2, cast.helix.rep, cast.orbit.admin):
        with pytest.raises(NotAllowed):
            take_back_teaming(registration=fresh(pair.deal), by=by, now=database_now())
    for by in (cast.pam, cast.orbit.rep, cast.helix.engineer):
        with pytest.raises(NotAllowed):
            reply(pair.deal, by)


def test_admin_proposes_with_a_reason_alone(pair: Pair) -> None:
    admin = pair.cast.admin
    pam, pair.cast.pam = pair.cast.pam, admin
    with pytest.raises(InvalidInput):
        pair.asked()
    pair.agreed(override_reason="correction")

    assert fresh(pair.deal).override_reason == "correction"
    assert Notice.objects.filter(kind="deal.teaming_proposed", user=pam).exists()
