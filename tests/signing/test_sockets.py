"""Whatever wing hangs a chain gets receipts: here things that are promised to nobody else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from prm.audit import kinds
from prm.audit.actions import record, record_many
from prm.audit.kinds import KINDS, EventKind
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.signing import jws
from prm.signing.actions import certify, certify_later, sign_due
from prm.signing.checking import verify
from prm.signing.models import Due, Link
from prm.signing.pasted import Pasted
from prm.signing.proofs import prove
from prm.signing.selectors import chain_of
from prm.signing.sockets import CHAINS, SIGNED, Chain, Step, subject_type_of, typ_of

KNOWN: dict[str, int] = {}


def steps(events: Sequence[Event], _secret: str) -> list[Step]:
    return [Step("promised", {"thing": event.subject_id, "worth": event.data["worth"]}) for event in events]


def facts(ids: list[str], _secret: str) -> Mapping[str, dict[str, Any]]:
    return {thing: {"worth": KNOWN[thing]} for thing in ids if thing in KNOWN}


THINGS = Chain(steps, list, facts, ("thing",), lambda claims: f"Worth {claims['worth']}.")


@pytest.fixture(autouse=True)
def things(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for registry in (CHAINS, SIGNED, KINDS):
        monkeypatch.setattr(registry, "_entries", dict(registry._entries))
    monkeypatch.setattr(kinds, "_handlers", dict(kinds._handlers))
    monkeypatch.setattr(kinds, "_noters", dict(kinds._noters))
    for name in ("thing.made", "thing.ended"):
        KINDS.register(name, EventKind(name, name))
    CHAINS.register("thing", THINGS)
    certify("thing", "thing.made")
    certify_later("thing", "thing.ended")
    KNOWN.clear()
    yield
    KNOWN.clear()


def made(thing: str, worth: int) -> None:
    KNOWN[thing] = worth
    about = {"organisation_id": None, "subject": ("thing", thing), "data": {"worth": worth}}
    record("thing.made", by=None, now=database_now(), **about)


def ended(*things: str) -> None:
    KNOWN.update(dict.fromkeys(things, 0))
    rows: list[Any] = [(None, ("thing", thing), {"worth": 0}) for thing in things]
    record_many("thing.ended", by=None, now=database_now(), rows=rows)


def worths(thing: str) -> list[int]:
    return [jws.read(link.jws).claims["worth"] for link in chain_of("thing", thing)]


def test_verbs_are_certified_at_once() -> None:
    made("thing_a", 3)
    made("thing_a", 4)

    assert worths("thing_a") == [3, 4]
    assert verify(now=database_now()) == []


def test_batches_wait_for_a_worker() -> None:
    names = [f"thing_{number}" for number in range(5)]
    for name in names:
        made(name, 1)
    ended(*names)
    before = (Due.objects.count(), Link.objects.count())

    assert before == (5, 5)
    assert (sign_due(), sign_due()) == (5, 0)
    assert [worths(name) for name in names] == [[1, 0]] * 5


def test_single_event_of_a_batch_kind_waits_too() -> None:
    about = {"organisation_id": None, "subject": ("thing", "thing_a"), "data": {"worth": 1}}
    record("thing.ended", by=None, now=database_now(), **about)

    assert (Due.objects.count(), worths("thing_a")) == (1, [])


def test_empty_batch_leaves_nothing() -> None:
    ended()

    assert Due.objects.count() == 0


def test_what_waits_comes_before_the_next_step() -> None:
    made("thing_a", 1)
    ended("thing_a")
    made("thing_a", 2)

    assert worths("thing_a") == [1, 0, 2]
    assert Due.objects.count() == 0


def test_step_of_one_does_not_take_what_waits_for_another() -> None:
    ended("thing_a", "thing_b")
    made("thing_a", 2)

    assert (worths("thing_a"), worths("thing_b")) == ([0, 2], [])
    assert sign_due() == 1


def test_facts_are_compared_with_the_newest() -> None:
    made("thing_a", 1)
    KNOWN["thing_a"] = 9

    assert [(one.subject_id, one.found.seq, one.found.flaw) for one in verify(now=database_now())] == [
        ("thing_a", 1, "differs")
    ]


def test_receipt_is_told_in_the_wing_s_words() -> None:
    made("thing_a", 7)
    (proof,) = prove(Pasted([link.jws for link in chain_of("thing", "thing_a")]))

    assert (proof.subject, proof.steps, proof.place) == ("thing_a", ["Worth 7."], None)


@pytest.mark.parametrize(
    ("typ", "expected"),
    [("thing-receipt", "thing"), ("deal-receipt", "deal"), ("other-receipt", None), ("thing", None), ("", None)],
)
def test_types_are_known_by_their_header(typ: str, expected: str | None) -> None:
    assert subject_type_of(typ) == expected
    if expected:
        assert typ_of(expected) == typ


def test_issuing_a_batch_asks_as_often_as_for_one(django_assert_num_queries: Any) -> None:
    made("thing_z", 1)
    counts = []
    for size in (1, 40):
        ended(*(f"thing_{size}_{number}" for number in range(size)))
        with django_assert_num_queries(100, exact=False) as asked:
            sign_due()
        counts.append(len([query for query in asked.captured_queries if "thing" in query["sql"]]))

    assert counts[0] == counts[1]
    assert Link.objects.count() == 42


def test_backdated_ones_are_issued_on_their_day() -> None:
    long_ago = database_now() - timedelta(days=30)
    made("thing_z", 1)
    rows: list[Any] = [(None, ("thing", "thing_a"), {"worth": 0})]
    record_many("thing.ended", by=None, now=long_ago, rows=rows)
    sign_due(backdated=True)
    (link,) = chain_of("thing", "thing_a")

    assert (link.issued_at, link.day) == (long_ago, long_ago.date())
    assert "late" not in jws.read(link.jws).claims
