"""What reviewers say of a pair counts from then on: in findings, in decisions and in the check for own duplicates."""

from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from deals.conflicts.actions import assess_pending, judge
from deals.conflicts.comparing import side_of
from deals.conflicts.selectors import asking, own_duplicate
from deals.decisions import actions as decisions
from deals.registrations.models import Registration
from partners.customers.actions import update_account
from partners.models import Account
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.matching import ENGINE_VERSION, Band, Match
from prm.matching.feedback import actions as feedback
from prm.matching.feedback.models import Judgement
from prm.matching.rulebook import in_force
from tests.deals.test_api import Caller
from tests.deals.test_races import Call, all_at_once, statuses
from tests.factories import MUELLER, Cast, make_account, make_approved, make_assessed, make_draft, make_token

# Alike, but not more than that.
WEAK = {**MUELLER, "customer_name": "Werft Nordsee"}


def say(deal: Registration, other: Registration | Account, verdict: str, by: User, **given: Any) -> None:
    judge(registration=deal, other=other, verdict=verdict, by=by, now=database_now(), **given)
    assess_pending()


def duplicate(deal: Registration) -> Registration | None:
    return own_duplicate(asking(deal, database_now()))


def seen(deal: Registration) -> list[tuple[str, str]]:
    return [(finding.subject_id, finding.band) for finding in deal.findings.exclude(subject_type="")]


def approve(deal: Registration, by: User) -> Registration:
    return decisions.approve(registration=deal, by=by, now=database_now())


@pytest.fixture
def rivals(cast: Cast) -> tuple[Registration, Registration]:
    """Orbit was first, Helix asks for the same customer and product."""
    first, second = make_assessed(cast.orbit, **MUELLER), make_assessed(cast.helix, **MUELLER)
    assess_pending()
    return first, second


def test_pair_that_is_not_the_same_is_a_hint_from_both_sides(
    cast: Cast, rivals: tuple[Registration, Registration]
) -> None:
    first, second = rivals
    before = [seen(first), seen(second)]

    say(second, first, "different", cast.pam)

    assert before == [[(second.public_id, "hint")], [(first.public_id, "block")]]
    assert [seen(first), seen(second)] == [[(second.public_id, "hint")], [(first.public_id, "hint")]]
    finding = second.findings.get()
    assert (finding.matched, finding.ceiling) == ("hint", "hint")
    assert finding.evidence[0] == {
        "rule": "judged_different",
        "text": "Judged not the same customer by a reviewer",
    }


def test_approval_respects_what_was_said(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    first, second = rivals
    with pytest.raises(StateConflict) as refused:
        approve(second, cast.pam)

    say(second, first, "different", cast.pam)

    assert refused.value.code == "earlier_undecided"
    assert approve(second, cast.pam).state == "approved"


def test_approval_asks_anew_even_before_the_relay_has(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    first, second = rivals
    judge(registration=first, other=second, verdict="different", by=cast.pam, now=database_now())

    assert approve(second, cast.pam).state == "approved"


def test_protection_of_another_customer_stops_nothing(cast: Cast) -> None:
    holder = make_approved(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)
    say(made, holder, "different", cast.pam)
    assert holder.account is not None

    # The customer that is protected is another one too: else the approval would be for that very one.
    say(made, holder.account, "different", cast.pam)

    assert dict(seen(made)) == {holder.public_id: "hint", holder.account.public_id: "hint"}
    approved = approve(made, cast.pam)
    assert approved.account != holder.account


def test_pair_that_is_the_same_blocks(cast: Cast) -> None:
    first, second = make_assessed(cast.orbit, **MUELLER), make_assessed(cast.helix, **WEAK)
    assert seen(second) == [(first.public_id, "review")]

    say(first, second, "same", cast.pam)

    assert seen(second) == [(first.public_id, "block")]
    assert float(second.findings.get(subject_id=first.public_id).score) == 1.0
    with pytest.raises(StateConflict) as refused:
        approve(second, cast.pam)
    assert refused.value.code == "earlier_undecided"


def test_account_that_is_the_same_is_the_one_to_approve_for(cast: Cast) -> None:
    known = make_account("Werft Nordsee", website="mueller-logistik.de")
    made = make_assessed(cast.helix, **MUELLER)
    assert made.findings.get().matched == "review"

    say(made, known, "same", cast.pam)

    assert made.findings.get().matched == "block"
    assert approve(made, cast.pam).account == known


def test_account_that_is_another_is_not_approved_for(cast: Cast) -> None:
    known = make_account("Müller Logistik GmbH", city="Hamburg", website="mueller-logistik.de", named_account=True)
    made = make_assessed(cast.helix, **MUELLER)
    assert (made.findings.get().matched, made.findings.get().band) == ("block", "review")

    say(made, known, "different", cast.pam)

    assert made.findings.get().band == "hint"
    assert approve(made, cast.pam).account != known


def test_own_duplicate_is_what_people_call_one(cast: Cast) -> None:
    first = make_assessed(cast.helix, **MUELLER)
    second = make_assessed(cast.helix, **WEAK)
    assert duplicate(second) is None

    say(second, first, "same", cast.pam)

    assert duplicate(second) == first
    assert duplicate(first) == second


def test_own_duplicate_is_not_what_people_call_another(cast: Cast) -> None:
    first, draft = make_assessed(cast.helix, **MUELLER), make_draft(cast.helix, **MUELLER)
    assert duplicate(draft) == first
    now = database_now()

    feedback.keep(
        *(side_of(first), side_of(draft)),
        verdict="different",
        reason="",
        match=Match(0.97, Band.BLOCK, ()),
        policy=in_force(now).version,
        version=0,
        by=cast.pam,
        now=now,
    )

    assert duplicate(draft) is None


def test_verdict_ends_when_the_customer_is_described_otherwise(cast: Cast) -> None:
    known = make_account("Müller Logistik GmbH", city="Hamburg", website="mueller-logistik.de", named_account=True)
    made = make_assessed(cast.helix, **MUELLER)
    say(made, known, "different", cast.pam)

    update_account(account=known, values={"tax_number": "DE136695976"}, by=cast.admin, now=database_now())
    Registration.objects.update(assessed_at=None)
    assess_pending()

    assert made.findings.get().band == "review"
    assert Judgement.objects.get().verdict == "different"


def test_verdict_is_taken_back(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    first, second = rivals
    say(second, first, "different", cast.pam)

    say(second, first, "open", cast.pam, version=1)

    assert seen(second) == [(first.public_id, "block")]
    assert not Judgement.objects.exists()


def test_all_that_was_said_stays_in_the_history(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    first, second = rivals
    say(second, first, "different", cast.pam, reason="Two sites of a franchise")
    say(second, first, "same", cast.pam, reason="One owner", version=1)
    say(second, first, "open", cast.pam, version=2)

    told = Event.objects.filter(kind="deal.judged").order_by("pk")

    assert [(row.subject_id, row.data["other"]) for row in told] == [
        (second.public_id, first.public_id),
        (first.public_id, second.public_id),
    ] * 3
    assert [(row.data["before"], row.data["verdict"], row.data["reason"]) for row in told[::2]] == [
        ("open", "different", "Two sites of a franchise"),
        ("different", "same", "One owner"),
        ("same", "open", ""),
    ]
    assert {row.actor_id for row in told} == {cast.pam.pk}


def test_engine_is_kept_as_it_judged_the_pair_itself(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    """A second verdict is not counted against what the first one made of the match."""
    first, second = rivals
    say(second, first, "different", cast.pam)
    once = Judgement.objects.get()
    say(second, first, "same", cast.pam, version=1)
    twice = Judgement.objects.get()

    assert once.rules == twice.rules == ["name_and_country", "domain"]
    assert (once.score, once.ceiling) == (twice.score, twice.ceiling)


@pytest.mark.parametrize("name", ["pam2", "executive", "seller", "finance"])
def test_who_does_not_decide_does_not_judge(cast: Cast, rivals: tuple[Registration, Registration], name: str) -> None:
    first, second = rivals

    with pytest.raises(NotAllowed):
        say(second, first, "different", getattr(cast, name))

    assert not Judgement.objects.exists()


def test_partner_does_not_judge(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    first, second = rivals

    with pytest.raises(NotAllowed):
        say(second, first, "different", cast.helix.admin)


@pytest.mark.parametrize(
    ("given", "field"),
    [({"verdict": "maybe"}, "verdict"), ({"verdict": "same", "reason": "x" * 301}, "reason")],
)
def test_what_cannot_be_taken_is_refused_at_its_field(
    cast: Cast, rivals: tuple[Registration, Registration], given: dict[str, str], field: str
) -> None:
    first, second = rivals

    with pytest.raises(InvalidInput) as refused:
        say(second, first, given.pop("verdict"), cast.pam, **given)

    assert list(refused.value.errors) == [field]
    assert not Judgement.objects.exists()


def test_strangers_are_no_pair(cast: Cast) -> None:
    one, other = make_assessed(cast.helix), make_account("Nordlicht Chemie AG")

    with pytest.raises(InvalidInput, match="correct") as refused:
        say(one, other, "same", cast.pam)

    assert refused.value.errors == {"verdict": ["Nothing connects these two, so there is nothing to judge."]}


def test_decided_registrations_keep_their_findings(cast: Cast) -> None:
    """What a decision rested on is not written anew."""
    holder = make_approved(cast.orbit, **MUELLER)
    made = make_assessed(cast.helix, **MUELLER)
    before = list(holder.findings.values())

    say(made, holder, "different", cast.pam)

    assert list(holder.findings.values()) == before


def test_finding_can_be_replayed(cast: Cast, rivals: tuple[Registration, Registration]) -> None:
    _first, second = rivals
    finding = second.findings.get()
    assert finding.policy is not None

    assert (finding.policy.schema, finding.policy.number, finding.engine_version) == ("matching", 1, ENGINE_VERSION)
    assert (finding.matched, finding.ceiling, finding.through) == ("block", "block", "")


# Two at once


def calls(cast: Cast, deal: Registration, other: Registration, **given: Any) -> list[Call]:
    bodies = [{"other": other.public_id, "verdict": verdict, **given} for verdict in ("same", "different") * 3]
    tokens = [make_token(cast.pam), make_token(cast.admin)]
    path = f"deals/{deal.public_id}/findings/judge"
    return [(path, tokens[number % 2], body, {}) for number, body in enumerate(bodies)]


def race(live_server: LiveServer, cast: Cast) -> tuple[list[dict[int, int]], list[int]]:
    """The first verdict, and the one that takes its place; how each was answered, and how many were written down."""
    one, other = make_assessed(cast.orbit, **MUELLER), make_assessed(cast.helix, **MUELLER)
    answered, written = [], []
    for version in (0, 1):
        answers = all_at_once(live_server.url, calls(cast, other, one, version=version))
        answered.append(dict(statuses(answers)))
        written.append(Event.objects.filter(kind="deal.judged", subject_id=other.public_id).count())
    return answered, written


def test_of_several_reviewers_at_once_one_is_heard(live_server: LiveServer, live_cast: Cast) -> None:
    answered, written = race(live_server, live_cast)

    assert answered == [{200: 1, 409: 5}] * 2
    assert written == [1, 2]
    assert Judgement.objects.get().version == 2


def test_control_without_the_version_the_last_one_overwrites_the_rest(
    live_server: LiveServer, live_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = feedback._change

    def trusting(pair: Any, values: dict[str, Any], _version: int) -> bool:
        return change(pair, values, Judgement.objects.between(*pair).select_for_update().get().version)

    monkeypatch.setattr(feedback, "_change", trusting)

    answered, written = race(live_server, live_cast)

    assert answered[1] == {200: 6}
    assert written == [1, 7]


def test_same_key_is_answered_once_and_the_second_call_without_it_changes_nothing(cast: Cast) -> None:
    first, second = make_assessed(cast.orbit, **MUELLER), make_assessed(cast.helix, **MUELLER)
    pam, path = Caller(cast.pam), f"deals/{second.public_id}/findings/judge"
    body = {"other": first.public_id, "verdict": "different"}

    keyed = [pam.post(path, body, **{"Idempotency-Key": "one"}).status_code for _ in range(2)]
    bare = pam.post(path, body)

    assert (keyed, bare.status_code) == ([200, 200], 409)
    assert (bare.json()["type"].rpartition(":")[2], Judgement.objects.get().version) == ("judged_meanwhile", 1)
