"""What the demo shows of rules, matching and receipts."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from deals.conflicts.models import Finding
from deals.holds.models import PriceHold
from deals.quality.selectors import by_rule
from deals.rebates.models import Rebate
from deals.registrations.models import Registration
from deals.registrations.states import State
from deals.replays.models import Replay
from deals.replays.selectors import bases, judged
from deals.rulebook import SCHEMA as RULES
from partners.models import Account, AccountMerge, AlikePair, CompanyList
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.matching.feedback.models import Judgement
from prm.policy.models import PolicyVersion
from prm.policy.selectors import readers_of, version_in_force
from prm.signing.checking import verify
from prm.signing.jws import read
from prm.signing.models import Due, Link, Root

# A year of deals takes its time on a busy machine.
pytestmark = pytest.mark.timeout(300)


def test_demo_tells_how_right_each_rule_was(started: datetime) -> None:
    """Both answers, and nothing of what waits for a decision."""
    said = Counter(Judgement.objects.values_list("verdict", flat=True))
    judged = Event.objects.filter(kind="deal.judged").values("subject_id")
    undecided = Registration.objects.undecided().filter(public_id__in=judged)

    assert min(said["same"], said["different"]) >= 3
    assert len(by_rule()) >= 3
    assert not undecided.exists()


def test_customers_go_by_several_names_and_one_was_merged(started: datetime) -> None:
    renamed = Account.objects.get(external_id="NW-1001")
    merge = AccountMerge.objects.get()

    assert sorted(renamed.other_names.values_list("name", "kind")) == [
        ("North Wind Forwarding", "translation"),
        ("Spedition Petersen & Söhne", "former"),
    ]
    assert (merge.survivor.external_id, merge.survivor.former_names) == ("NW-1008", ["Ostsee-Catering Rostock"])
    assert not Account.objects.present().filter(pk=merge.merged_id).exists()


def test_customers_that_look_alike_wait_to_be_judged(started: datetime) -> None:
    waiting = AlikePair.objects.to_judge().select_related("one", "other")

    assert {(pair.kind, pair.one.name, pair.other.name) for pair in waiting} >= {
        ("same", "Baltic Fresh Oy", "Baltic Fresh")
    }


def test_list_is_compared_and_has_something_of_each_result(started: datetime) -> None:
    given = CompanyList.objects.get()
    found = Counter(given.results.values_list("band", flat=True))
    renamed = given.results.get(name="North Wind Forwarding")

    assert (given.state, given.rows, sum(found.values())) == ("done", 9, 9)
    assert {"block", "none", "refused"} <= set(found)
    assert "other_name" in {line["rule"] for line in renamed.matches[0]["evidence"]}


def test_receipts_are_of_their_days_and_verify(started: datetime) -> None:
    """Issued on the day of each step, in the root of that day, up to yesterday's."""
    late = [link for link in Link.objects.all() if "late" in read(link.jws).claims]
    days = list(Root.objects.order_by("seq").values_list("day", flat=True))

    assert Due.objects.count() == 0
    assert late == []
    assert days[-1] == started.date() - timedelta(days=1)
    assert (days[-1] - days[0]).days == len(days) - 1 > 200
    assert verify(now=started) == []


def test_partners_of_the_demo_have_acknowledged_the_rules_in_force(started: datetime) -> None:
    now = database_now()
    in_force = version_in_force(RULES, now)
    planned = PolicyVersion.objects.planned(RULES, now).get()

    behind = {
        version: set(readers_of(version).filter(acknowledged_at=None).values_list("name", flat=True))
        for version in (in_force, planned)
    }

    assert behind[in_force] == set()
    assert len(behind[planned]) == 2
    assert "Helix" not in " ".join(behind[planned])


def test_demo_offers_a_rebate_and_holds_prices(started: datetime) -> None:
    of_orbit = Rebate.objects.filter(partner__organisation__name__startswith="Orbit")

    assert {row.currency for row in of_orbit} == {"EUR"}
    assert PriceHold.objects.running(started).exists()
    assert set(PriceHold.objects.values_list("registration__partner__model", flat=True)) <= {"msp", "mssp"}


def test_replay_of_the_demo_lists_exactly_what_differs(started: datetime) -> None:
    """Under their own versions nothing does; under the planned one what was assisted, and what is a named account."""
    replay = Replay.objects.get()
    found = set(replay.differences.values_list("registration", flat=True))
    decided = Registration.objects.filter(decided_at__isnull=False)
    approved = decided.exclude(state=State.REJECTED)
    assisted = approved.filter(engagement="assisted", motion__in=("resale", "managed", "co_sell"))
    named = approved.filter(findings__kind="named_account", findings__band="review")

    assert [row.registration for row in judged(bases(), None) if row.differences] == []
    assert (replay.is_working, replay.total, replay.without_basis) == (False, decided.count(), 0)
    assert found == set(assisted.values_list("pk", flat=True)) | set(named.values_list("pk", flat=True))
    assert 0 < len(found) < replay.total


def test_tender_of_the_demo_is_found_for_whoever_came_after(started: datetime) -> None:
    finding = Finding.objects.get(kind="tender")

    assert finding.registration.is_undecided
    assert "Official gazette, notice 2041" in finding.evidence[0]["text"]
