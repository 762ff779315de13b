"""Verdicts in the table: one for each pair, from whichever side; whoever comes second is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.matching import ENGINE_VERSION, Band, Identity, Match, score
from prm.matching.feedback.actions import Side, keep, take_back
from prm.matching.feedback.models import Judgement
from prm.matching.feedback.selectors import feedback_on, judgement_of
from prm.matching.rulebook import in_force
from tests.factories import Cast

ONE = Side(("registration", 7), Identity("Müller Logistik GmbH", "DE", "Hamburg", "mueller-logistik.de"))
OTHER = Side(("account", 9), Identity("Müller Logistik", "DE", "Kiel", "mueller-logistik.de"))
MATCH = score(ONE.identity, OTHER.identity)


def say(verdict: str, by: User, *, version: int = 0, one: Side = ONE, other: Side = OTHER, **given: Any) -> Judgement:
    now = database_now()
    values = {"reason": "", "match": MATCH, "policy": in_force(now).version, **given}
    return keep(one, other, verdict=verdict, version=version, by=by, now=now, **values)


def test_verdict_is_kept_with_what_was_known(cast: Cast) -> None:
    kept = say("different", cast.pam, reason="Two sites of a franchise")

    assert kept.pair == (OTHER.record, ONE.record)
    assert (kept.verdict, kept.reason, kept.version, kept.judged_by) == (
        *("different", "Two sites of a franchise"),
        *(1, cast.pam),
    )
    assert (kept.told_a["name"], kept.told_b["name"]) == ("Müller Logistik", "Müller Logistik GmbH")
    assert (float(kept.score), kept.ceiling, kept.rules) == (MATCH.score, "block", ["name_and_country", "domain"])
    assert (kept.engine_version, kept.policy.number) == (ENGINE_VERSION, 1)


def test_pair_has_one_verdict_from_whichever_side(cast: Cast) -> None:
    say("different", cast.pam)

    with pytest.raises(StateConflict, match="judged this pair meanwhile") as refused:
        say("same", cast.pam2, one=OTHER, other=ONE)

    assert (refused.value.code, refused.value.state) == ("judged_meanwhile", "different")
    assert [row.verdict for row in Judgement.objects.all()] == ["different"]


def test_same_call_twice_changes_nothing(cast: Cast) -> None:
    first = say("same", cast.pam)

    with pytest.raises(StateConflict):
        say("same", cast.pam)

    again = Judgement.objects.get()
    assert (again.version, again.judged_at) == (first.version, first.judged_at)


def test_verdict_is_changed_by_whoever_has_read_it(cast: Cast) -> None:
    first = say("same", cast.pam)
    second = say("different", cast.pam2, version=first.version, reason="Other owners")

    assert (second.pk, second.version, second.verdict, second.judged_by) == (first.pk, 2, "different", cast.pam2)
    with pytest.raises(StateConflict):
        say("same", cast.pam, version=first.version)
    assert Judgement.objects.get().verdict == "different"


def test_verdict_is_taken_back_by_whoever_has_read_it(cast: Cast) -> None:
    kept = say("same", cast.pam)

    with pytest.raises(StateConflict, match="has judged this pair"):
        take_back(ONE.record, OTHER.record, version=kept.version + 1)
    take_back(ONE.record, OTHER.record, version=kept.version)
    with pytest.raises(StateConflict, match="Nobody has judged"):
        take_back(ONE.record, OTHER.record, version=kept.version)

    assert judgement_of(ONE.record, OTHER.record) is None


def test_verdict_of_somebody_who_left_is_told_without_a_name(cast: Cast) -> None:
    say("same", cast.pam)
    Judgement.objects.update(judged_by=None)

    with pytest.raises(StateConflict, match="a former user has judged"):
        say("different", cast.pam2)


def test_verdict_counts_from_both_sides_and_for_nobody_else(cast: Cast) -> None:
    say("different", cast.pam)
    mine, theirs = feedback_on(ONE.record, ONE.identity), feedback_on(OTHER.record, OTHER.identity)
    stranger = feedback_on(("registration", 8), ONE.identity)

    assert MATCH.band == Band.BLOCK
    assert mine.on(OTHER.record, OTHER.identity, MATCH).band == Band.HINT
    assert theirs.on(ONE.record, ONE.identity, MATCH).band == Band.HINT
    assert mine.on(("account", 10), OTHER.identity, MATCH) is MATCH
    assert mine.on(("registration", 9), OTHER.identity, MATCH) is MATCH
    assert stranger.on(OTHER.record, OTHER.identity, MATCH) is MATCH


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_verdict_ends_with_the_description_that_it_was_about(cast: Cast, side: str) -> None:
    say("same", cast.pam)
    renamed = Identity("Nordlicht Chemie AG", "DE")
    weak = Match(0.7, Band.HINT, MATCH.evidence)
    mine = feedback_on(ONE.record, renamed if side == "mine" else ONE.identity)
    theirs = renamed if side == "theirs" else OTHER.identity

    assert mine.on(OTHER.record, theirs, weak) is weak
    assert feedback_on(ONE.record, ONE.identity).on(OTHER.record, OTHER.identity, weak).band == Band.BLOCK


def test_database_keeps_one_row_in_one_order(cast: Cast) -> None:
    kept = say("same", cast.pam)
    values = {
        field.attname: getattr(kept, field.attname)
        for field in Judgement._meta.concrete_fields
        if field.name not in {"id", "public_id"}
    }
    turned = {
        "source_a": kept.source_b,
        "record_a": kept.record_b,
        "source_b": kept.source_a,
        "record_b": kept.record_a,
    }
    itself = {"source_b": kept.source_a, "record_b": kept.record_a}
    broken = [{}, turned, itself, {"record_a": 1, "verdict": "maybe"}, {"record_a": 1, "score": Decimal("1.5")}]

    for changes in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            Judgement.objects.create(**{**values, **changes})


def test_sources_are_told_apart_in_any_order_of_letters(cast: Cast) -> None:
    """The order of a pair is the one of the bytes, whatever language the database sorts in."""
    names = ("a_row", "aRow", "Z", "a-row", "b")
    sides = [Side((name, 1), OTHER.identity) for name in names]
    kept = [
        say("same", cast.pam, one=one, other=other) for one in sides for other in sides if one.record < other.record
    ]

    assert len(kept) == 10


def test_rules_in_force_are_those_of_the_moment(cast: Cast) -> None:
    assert (
        in_force(database_now()).values.thresholds == in_force(database_now() - timedelta(days=900)).values.thresholds
    )
