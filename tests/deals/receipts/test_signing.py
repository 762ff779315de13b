"""Which events of registrations are certified, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from deals import migrations
from deals.receipts.rules import STEPS, Standing, claims, facts
from deals.receipts.signing import SWEPT
from deals.receipts.states import Kind
from prm.audit.kinds import KINDS, handlers_of, noters_of
from prm.signing.actions import leave, sign
from prm.signing.rules import is_ahead
from prm.signing.sockets import CHAINS, SIGNED

AT = datetime(2026, 11, 21, 9, tzinfo=UTC)
# Recorded of a registration, and no change of what was promised.
UNSIGNED = {
    "deal.drafted",
    "deal.draft_changed",
    "deal.discarded",
    "deal.assessed",
    "deal.judged",
    "deal.asked",
    "deal.answered",
    "deal.overridden",
    "deal.released",
    "deal.refusal_offered",
    "deal.refusal_declined",
    "deal.refusal_passed",
    "deal.first_in_line",
    "deal.taken_up",
    "deal.won_early",
    "deal.escalated",
    "deal.compensated",
    "deal.appeal_escalated",
    "deal.engagement_appeal_escalated",
    "deal.terms_withdrawn",
    "deal.terms_lapsed",
    "deal.terms_overtaken",
    "deal.provisional_held_back",
    "deal.refunded",
    "deal.reminded",
    "deal.shared",
}


# Certified from the first one on: there are none of before.
FROM_THE_FIRST = {
    "deal.approved_non_exclusive",
    "deal.teamed",
    "deal.reversed",
    "deal.appealed",
    "deal.appeal_refused",
    "deal.appeal_reinstated",
    "deal.appeal_compensated",
    "deal.engagement_appealed",
    "deal.engagement_kept",
    "deal.engagement_upheld",
    "deal.terms_proposed",
    "deal.terms_agreed",
    "deal.terms_declined",
}


def standing(number: int, at: datetime = AT) -> Standing:
    return Standing(f"deal_{number}", "org_x", at, number, None, None, {}, None)


def place_of(number: int, at: datetime = AT) -> tuple[str, int]:
    said = facts(standing(number, at), "secret")
    return said["priority_at"], said["place"]


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_verbs_sign_at_once_and_sweeps_later(kind: str) -> None:
    assert SIGNED[kind] == "deal"
    assert (sign in handlers_of(kind), leave in noters_of(kind)) == (kind not in SWEPT, kind in SWEPT)


def test_everything_else_is_left_unsigned() -> None:
    assert set(KINDS.names()) >= UNSIGNED
    assert [kind for kind in sorted(UNSIGNED) if kind in SIGNED or handlers_of(kind)] == []


def test_chain_of_registrations_hangs_in_the_socket() -> None:
    assert set(CHAINS["deal"].constant) == {"deal", "partner", "priority_at", "place"}


def test_migration_issues_what_is_certified_now() -> None:
    """Of before, by the same names: whoever certifies another kind must say so there, or that it is a new one."""
    (migration,) = Path(str(migrations.__file__)).parent.glob("*_rules_and_guards.py")

    assert {kind for kind in STEPS if f"'{kind}'" not in migration.read_text()} == FROM_THE_FIRST


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_only_a_decision_promises_terms(kind: str) -> None:
    found = claims(kind, {}, AT, standing(1), "secret")

    assert (found["terms"], found["policy"]) == (None, None)
    assert (STEPS[kind][0] == Kind.REGISTERED) == (kind == "deal.submitted")


def test_receipts_of_one_microsecond_are_in_the_order_of_their_places() -> None:
    places = [place_of(number) for number in range(65_530, 65_545)]

    assert [is_ahead(one, other) for one, other in pairwise(places)] == [True] * 14
    assert is_ahead(places[-1], places[0]) is False


def test_receipts_of_other_moments_are_in_the_order_of_the_moments() -> None:
    early, late = place_of(9), place_of(3, AT + timedelta(microseconds=1))

    assert (is_ahead(early, late), is_ahead(late, early)) == (True, False)
