"""Is a chain whole, and who was first?"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.signing import jws, rules
from prm.signing.places import place
from prm.signing.rules import Found
from prm.signing.states import Flaw
from tests.signing.chains import CONSTANT, NOW, Signatory, seconds

ONE, OTHER = Signatory(), Signatory()
CHAIN = ONE.chain(4)


def flipped(text: str) -> str:
    """One byte of the claims."""
    head, body, signature = text.split(".")
    return f"{head}.{jws.b64(jws.unb64(body).replace(b'step', b'stop'))}.{signature}"


def with_claims(text: str, **changes: object) -> str:
    """Signed again, by somebody with the key."""
    return ONE.sign(**{**jws.read(text).claims, **changes})


def flaws(texts: list[str], first: int = 1) -> list[tuple[int, str]]:
    found = rules.check(texts, ONE.keys, constant=CONSTANT, first=first)
    return [(one.seq, str(one.flaw)) for one in found]


def test_whole_chain_has_no_flaw() -> None:
    assert flaws(CHAIN) == []
    assert flaws([]) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda c: [c[0], flipped(c[1]), *c[2:]], {(2, "signature"), (3, "broken")}),
        (lambda c: [c[0], *c[2:]], {(2, "sequence"), (2, "broken"), (3, "sequence")}),
        (lambda c: c[1:], {(1, "sequence"), (1, "broken"), (2, "sequence"), (3, "sequence")}),
        (lambda c: [c[1], c[0], *c[2:]], None),
        (lambda c: [*c, c[3]], {(5, "sequence"), (5, "broken")}),
        (lambda c: [c[0], c[0], *c[2:]], None),
        (lambda c: ["nothing", *c[1:]], {(1, "unreadable"), (2, "broken")}),
        (lambda c: [c[0], with_claims(c[1], place=6), *c[2:]], {(2, "moved"), (3, "broken")}),
        (lambda c: [with_claims(c[0], place=6), *c[1:]], {(2, "broken"), (2, "moved"), (3, "moved"), (4, "moved")}),
        (lambda c: [*c[:3], with_claims(c[3], deal="deal_y")], {(4, "moved")}),
        (lambda c: [*c[:3], with_claims(c[3], prev=None)], {(4, "broken")}),
        (lambda c: [with_claims(c[0], prev="0" * 64)], {(1, "broken")}),
        (lambda c: [*c[:3], with_claims(c[3], iat="today")], {(4, "out_of_time")}),
        (lambda c: [*c[:3], with_claims(c[3], iat=True)], {(4, "out_of_time")}),
        (lambda c: [*c[:3], with_claims(c[3], iat=10**30)], {(4, "out_of_time")}),
        (lambda c: [*c[:3], with_claims(c[3], iat=seconds(NOW - timedelta(days=31)))], {(4, "out_of_time")}),
    ],
)
def test_what_was_changed_is_found(
    change: Callable[[list[str]], list[str]], expected: set[tuple[int, str]] | None
) -> None:
    found = flaws(change(CHAIN))

    assert found
    if expected is not None:
        assert set(found) == expected


def test_links_of_another_key_are_found() -> None:
    assert flaws(OTHER.chain(1)) == [(1, "unknown_key")]
    forged = OTHER.chain(1)[0].split(".")
    head = CHAIN[0].split(".")[0]
    assert flaws([f"{head}.{forged[1]}.{forged[2]}"]) == [(1, "signature")]


def test_chain_may_be_given_from_its_middle() -> None:
    assert flaws(CHAIN[2:], first=3) == []
    assert flaws(CHAIN[2:], first=2) != []


def test_key_that_was_followed_verifies_what_it_signed_in_its_time() -> None:
    old = Signatory(until=NOW)
    new = Signatory(since=NOW)
    first = old.chain(1, issued=NOW - timedelta(hours=1))
    second = new.sign(seq=2, prev=jws.digest(first[0]), deal="deal_x", place=7, iat=seconds(NOW + timedelta(hours=1)))
    keys = old.keys | new.keys

    assert rules.check([*first, second], keys, constant=CONSTANT) == []


AFTER = [Found(1, Flaw.OUT_OF_TIME)]


@pytest.mark.parametrize(("hours", "expected"), [(-1, []), (0, []), (0.08, []), (0.1, AFTER), (24, AFTER)])
def test_retired_key_signs_no_more(hours: float, expected: list[Found]) -> None:
    old = Signatory(until=NOW)
    chain = old.chain(1, issued=NOW + timedelta(hours=hours))

    assert rules.check(chain, old.keys, constant=CONSTANT) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        (datetime(2026, 11, 21, 9, tzinfo=UTC), "2026-11-21T09:00:00.000000Z"),
        ("2026-11-21T10:00:00+01:00", "2026-11-21T09:00:00.000000Z"),
        ("2026-11-21T09:00:00.000001Z", "2026-11-21T09:00:00.000001Z"),
    ],
)
def test_moments_are_written_one_way(given: datetime | str | None, expected: str | None) -> None:
    assert rules.said(given) == expected


EARLY, LATE = "2026-11-21T09:00:00.000000Z", "2026-11-21T09:00:00.000001Z"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((EARLY, 9), (LATE, 1), True),
        ((LATE, 1), (EARLY, 9), False),
        ((EARLY, 1), (EARLY, 2), True),
        ((EARLY, 2), (EARLY, 1), False),
        ((EARLY, 65_535), (EARLY, 0), True),
        ((EARLY, 0), (EARLY, 65_535), False),
        ((EARLY, 5), (EARLY, 5), None),
    ],
)
def test_places_tell_who_was_first(one: tuple[str, int], other: tuple[str, int], expected: bool | None) -> None:
    assert rules.is_ahead(one, other) is expected


@given(st.integers(0, 2**62), st.integers(1, 20_000), st.text(max_size=8))
def test_numbers_of_one_moment_keep_their_order(number: int, later: int, secret: str) -> None:
    one = (EARLY, place(EARLY, number, secret))
    other = (EARLY, place(EARLY, number + later, secret))

    assert rules.is_ahead(one, other) is True
    assert rules.is_ahead(other, one) is False


def test_numbers_of_other_moments_tell_no_volume() -> None:
    """One place after the other, a microsecond apart: the steps between the numbers are as good as drawn."""
    moments = [rules.said(NOW + timedelta(microseconds=step)) or "" for step in range(300)]
    shown = [place(moment, number, "secret") for number, moment in enumerate(moments)]
    steps = {(after - before) % rules.CIRCLE for before, after in pairwise(shown)}

    assert len(steps) > 290
    assert shown != [place(moment, number, "another") for number, moment in enumerate(moments)]


def test_late_is_an_hour_after() -> None:
    assert not rules.is_late(NOW, NOW + timedelta(hours=1))
    assert rules.is_late(NOW, NOW + timedelta(hours=1, seconds=1))


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1_763_715_600, datetime(2025, 11, 21, 9, tzinfo=UTC)),
        (-1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (True, None),
        ("1763715600", None),
        (1.5, None),
        (None, None),
        (10**12, None),
        (10**30, None),
    ],
)
def test_numeric_dates_are_read(seconds: object, expected: datetime | None) -> None:
    assert rules.moment_of(seconds) == expected


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_only_the_chain_as_it_was_issued_is_whole(order: list[int]) -> None:
    """Any choice of its links in any order is found out, unless it is a beginning of the chain."""
    given_links = [CHAIN[at] for at in order]

    assert (flaws(given_links) == []) == (order == list(range(len(order))))
