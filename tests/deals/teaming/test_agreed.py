"""What a team is told, records and keeps away once both have accepted."""

from typing import Any

import pytest

from deals.decisions.actions import approve
from deals.protections.models import Protection
from deals.registrations.models import Registration
from deals.replays.models import DecisionBasis
from deals.replays.selectors import bases, judged
from deals.teaming.actions import take_back_teaming
from deals.teaming.models import Teaming
from partners.models import Partner
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.notices.models import Notice
from prm.threads.models import Message
from tests.deals.punctuality.test_provisional import forgotten
from tests.deals.teaming.conftest import REASON, Pair, ask_both, fresh, reply
from tests.factories import MUELLER, Cast, make_assessed, make_registration, make_team


def held(now: Any = None) -> list[tuple[str, str]]:
    """What is protected, by the reference it hangs on and the product."""
    rows = Protection.objects.holding(now or database_now()).order_by("pk")
    return [(row.registration.public_id, row.product.slug) for row in rows]


def kinds(deal: Registration) -> list[str]:
    rows = Event.objects.filter(subject_id=deal.public_id).order_by("pk")
    return [kind for kind in rows.values_list("kind", flat=True) if "team" in kind]


def test_log_and_receipts_tell_each_step(live: Pair) -> None:
    deal, other = live.agreed().rows

    assert kinds(deal) == ["deal.teaming_proposed", "deal.teaming_accepted", "deal.teamed"]
    assert kinds(other) == kinds(deal)
    shown = Event.objects.filter(kind="deal.teamed").values_list("data", flat=True)
    assert {tuple(sorted(data)) for data in shown} == {("outcome", "protected_until")}


def test_both_read_the_names_once_both_have_accepted(pair: Pair) -> None:
    cast = pair.cast
    pair.asked()
    asked = Notice.objects.filter(kind="deal.teaming_proposed")
    assert {notice.user for notice in asked} == {cast.helix.rep, cast.orbit.rep}
    pair.deal = reply(pair.deal, cast.helix.rep)
    said = [f"{notice.title} {notice.body}" for notice in Notice.objects.filter(organisation=cast.orbit.organisation)]
    assert not any("Helix" in text for text in said)
    assert not Message.objects.exists()

    reply(pair.other, cast.orbit.rep)

    told = {notice.user: notice for notice in Notice.objects.filter(kind="deal.teamed")}
    assert set(told) == {cast.helix.rep, cast.orbit.rep, cast.pam}
    assert "Orbit Solutions: Rep Orbit <rep@orbit.example>" in told[cast.helix.rep].body
    assert "your share of what it earns is 40 %" in told[cast.orbit.rep].body
    texts = {message.thread.subject_id: message.text for message in Message.objects.select_related("thread")}
    assert "Orbit Solutions" in texts[pair.deal.public_id]
    assert "Helix Systems" in texts[pair.other.public_id]


def test_replay_under_the_own_rules_finds_no_difference(live: Pair) -> None:
    live.agreed()

    assert [row.differences for row in judged(bases(), None)] == [[], []]
    assert DecisionBasis.objects.get(registration=live.deal).decided["beside"] == live.other.public_id
    assert DecisionBasis.objects.get(registration=live.deal).ruling["way"] == "free"


def test_third_one_finds_the_protection_of_the_team(pair: Pair) -> None:
    pair.agreed()
    third = make_registration(
        make_team("third", "Third", pam=pair.cast.pam), pair.cast.products["fleet-cloud"], **MUELLER
    )

    with pytest.raises(StateConflict) as refused:
        approve(registration=third, by=pair.cast.pam, now=database_now())
    assert refused.value.code == "protected"


@pytest.mark.parametrize("team", ["helix", "orbit"])
def test_own_protection_stands_in_nobodys_way_who_shares_it(live: Pair, team: str) -> None:
    live.agreed()
    product = live.cast.products["fleet-cloud"]
    renewal = make_registration(getattr(live.cast, team), product, **MUELLER, opportunity="renewal")

    found = make_assessed(live.cast.helix)  # has every waiting one assessed
    assert found
    assert not renewal.findings.filter(kind="rival_protection").exists()


@pytest.mark.parametrize("decided", ["the late one", "the other"])
def test_provisional_protection_gives_way_to_the_shared_one(cast: Cast, decided: str) -> None:
    late = forgotten(cast, **MUELLER)
    other = make_assessed(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    pair = (late, other) if decided == "the late one" else (other, late)
    ask_both(pair[0], cast, other=fresh(pair[1]))
    reply(late, cast.helix.rep)
    reply(other, cast.orbit.rep)

    late = fresh(late)
    assert (late.outcome, late.provisional_until) == ("teaming", late.provisional_ended_at)
    assert held() == [(pair[0].public_id, "fleet-cloud")]
    assert fresh(other).account == late.account


def test_team_comes_about_when_its_proposer_has_left(pair: Pair) -> None:
    pair.asked()
    reply(pair.deal, pair.cast.helix.rep)
    Teaming.objects.update(proposed_by=None)
    reply(pair.other, pair.cast.orbit.rep)

    assert [(row.state, row.decided_by) for row in pair.rows] == [("approved", None)] * 2
    assert not Message.objects.exists()


def test_second_account_manager_is_told_of_a_proposal_for_an_own_partner(pair: Pair) -> None:
    Partner.objects.filter(pk=pair.cast.orbit.partner.pk).update(pam=pair.cast.pam2)
    pair.asked()

    told = Notice.objects.get(kind="deal.teaming_proposed", user=pair.cast.pam2)
    assert told.body == REASON
    assert take_back_teaming(registration=fresh(pair.other), by=pair.cast.pam2, now=database_now()).state == "submitted"
    assert Notice.objects.filter(kind="deal.teaming_ended", user__in=[pair.cast.pam, pair.cast.pam2]).count() == 2
