"""The tree over what was issued on one day. No tables, no clock.

Hashes are SHA-256, after a byte that says what is hashed: 0 a leaf, 1 two branches, 2 a filler. Leaves stand in the
order of their hashes, and fillers make the tree as deep on a quiet day as on a busy one: neither a path nor a root
tells how much was issued.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Literal

Side = Literal["left", "right"]
Path = list[tuple[Side, str]]
Levels = list[list[bytes]]

LEAST_LEAVES = 1024


def leaf(digest: str) -> bytes:
    """Of a JWS by its SHA-256 in hexadecimal."""
    return hashlib.sha256(b"\0" + bytes.fromhex(digest)).digest()


def _branch(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def _filler(salt: str, number: int) -> bytes:
    return hashlib.sha256(b"\2" + salt.encode() + number.to_bytes(8, "big")).digest()


def tree(digests: Iterable[str], salt: str) -> Levels:
    """All levels, leaves first and the root last. The same digests give the same tree, in whatever order."""
    leaves = [leaf(digest) for digest in digests]
    size = max(LEAST_LEAVES, 1 << max(0, len(leaves) - 1).bit_length())
    leaves += [_filler(salt, number) for number in range(size - len(leaves))]
    levels = [sorted(leaves)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([_branch(below[at], below[at + 1]) for at in range(0, len(below), 2)])
    return levels


def root(levels: Levels) -> str:
    return levels[-1][0].hex()


def path(levels: Levels, digest: str) -> Path | None:
    """What stands beside the way from a leaf up to the root; None for what is not in the tree."""
    try:
        at = levels[0].index(leaf(digest))
    except ValueError:
        return None
    found: Path = []
    for level in levels[:-1]:
        beside = at ^ 1
        found.append(("left" if beside < at else "right", level[beside].hex()))
        at //= 2
    return found


def climbed(digest: str, way: Sequence[tuple[str, str]]) -> str:
    """The root that a path leads to. Raises ValueError for what is no path."""
    node = leaf(digest)
    for side, beside in way:
        other = bytes.fromhex(beside)
        if side not in ("left", "right") or len(other) != 32:
            raise ValueError("This is no path.")
        node = _branch(other, node) if side == "left" else _branch(node, other)
    return node.hex()
