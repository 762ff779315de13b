"""The tree of a day."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prm.signing import merkle

SALT = "salt"


def digests(count: int) -> list[str]:
    return [hashlib.sha256(str(number).encode()).hexdigest() for number in range(count)]


@pytest.mark.parametrize("count", [1, 2, 3, 1023, 1024, 1025, 3000])
def test_every_leaf_climbs_to_the_root(count: int) -> None:
    given = digests(count)
    tree = merkle.tree(given, SALT)

    for digest in given[:: max(1, count // 20)]:
        way = merkle.path(tree, digest)
        assert way is not None
        assert merkle.climbed(digest, way) == merkle.root(tree)


def test_root_changes_when_a_leaf_does() -> None:
    given = digests(7)
    roots = {merkle.root(merkle.tree([*given[:at], "0" * 64, *given[at + 1 :]], SALT)) for at in range(7)}

    assert len(roots | {merkle.root(merkle.tree(given, SALT))}) == 8


@pytest.mark.parametrize("others", [digests(6), digests(8), [*digests(7), "0" * 64]])
def test_root_changes_when_leaves_come_or_go(others: list[str]) -> None:
    assert merkle.root(merkle.tree(others, SALT)) != merkle.root(merkle.tree(digests(7), SALT))


@settings(max_examples=10)
@given(st.permutations(digests(5)))
def test_order_of_the_leaves_changes_nothing(given: list[str]) -> None:
    assert merkle.root(merkle.tree(given, SALT)) == merkle.root(merkle.tree(digests(5), SALT))


def test_quiet_days_look_like_busy_ones() -> None:
    ways = [merkle.path(merkle.tree(digests(count), SALT), digests(1)[0]) for count in (1, 2, 50, 1024)]

    assert [len(way or ()) for way in ways] == [10, 10, 10, 10]


def test_empty_day_has_a_root() -> None:
    one, other = merkle.root(merkle.tree([], SALT)), merkle.root(merkle.tree([], "another"))

    assert len(one) == 64
    assert one != other


def test_stranger_has_no_path() -> None:
    assert merkle.path(merkle.tree(digests(3), SALT), "0" * 64) is None


def test_changed_path_leads_elsewhere() -> None:
    tree = merkle.tree(digests(3), SALT)
    way = merkle.path(tree, digests(1)[0]) or []
    side, beside = way[3]
    other = "right" if side == "left" else "left"

    for changed in ([*way[:3], (other, beside), *way[4:]], [*way[:3], (side, "0" * 64), *way[4:]], way[:-1]):
        assert merkle.climbed(digests(1)[0], changed) != merkle.root(tree)


@pytest.mark.parametrize("way", [[("up", "0" * 64)], [("left", "0" * 62)], [("left", "xyz")]])
def test_what_is_no_path_is_refused(way: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match=r"path|fromhex"):
        merkle.climbed("0" * 64, way)


def test_branch_is_never_taken_for_a_leaf() -> None:
    """Two leaves and the branch over them: the branch's own bytes, given as a leaf, lead elsewhere."""
    left, right = merkle.leaf("0" * 64), merkle.leaf("1" * 64)

    assert hashlib.sha256(b"\1" + left + right).digest() != hashlib.sha256(b"\0" + left + right).digest()
    assert merkle.leaf("0" * 64) == hashlib.sha256(b"\0" + bytes(32)).digest()
