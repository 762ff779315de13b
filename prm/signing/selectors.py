"""Keys as the world sees them, chains, and ways into the roots."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from django.db import connection

from prm.signing import jws, merkle
from prm.signing.models import Due, Link, Root, SigningKey
from prm.signing.rules import PublicKey

HEADS = f"""
    select asked.id, head.seq, head.digest,
        exists (select 1 from {Due._meta.db_table} due where due.subject_type = %(type)s and due.subject_id = asked.id)
    from unnest(%(ids)s::text[]) as asked(id) left join lateral (
        select seq, digest from {Link._meta.db_table} link
        where link.subject_type = %(type)s and link.subject_id = asked.id order by seq desc limit 1
    ) head on true
"""  # noqa: S608 - names of tables


@dataclass(frozen=True)
class Head:
    """Where a chain ends: 0 and None before its first link. `waiting`: earlier steps still have no link."""

    seq: int
    digest: str | None
    waiting: bool


def heads_of(subject_type: str, ids: list[str]) -> dict[str, Head]:
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {"type": subject_type, "ids": ids})
        return {row[0]: Head(row[1] or 0, row[2], row[3]) for row in cursor.fetchall()}


def public_keys() -> dict[str, PublicKey]:
    """By name, each with the time in which it signs."""
    rows = list(SigningKey.objects.order_by("signs_from"))
    ends = [row.signs_from for row in rows[1:]]
    return {
        row.kid: PublicKey(row.kid, jws.unb64(row.public), row.signs_from, end) for row, end in zip_longest(rows, ends)
    }


def jwk_of(key: PublicKey) -> dict[str, Any]:
    """`nbf` and `exp` are when it begins to sign and when it ceases to, in seconds; it verifies for ever."""
    shown = {"kty": "OKP", "crv": "Ed25519", "alg": jws.ALGORITHM, "use": "sig", "kid": key.kid, "x": jws.b64(key.x)}
    times: dict[str, Any] = {"nbf": int(key.since.timestamp())}
    return shown | times | ({"exp": int(key.until.timestamp())} if key.until else {})


def chain_of(subject_type: str, subject_id: str) -> list[Link]:
    return list(Link.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by("seq"))


def trees_of(roots: Iterable[Root]) -> dict[date, merkle.Levels]:
    """By day, in one query."""
    salts = {root.day: root.salt for root in roots}
    digests: dict[date, list[str]] = {day: [] for day in salts}
    for day, digest in Link.objects.filter(day__in=salts).values_list("day", "digest"):
        digests[day].append(digest)
    return {day: merkle.tree(digests[day], salt) for day, salt in salts.items()}


def inclusion_of(links: Iterable[Link]) -> list[dict[str, Any]]:
    """For each link the statement of its day's root and the path to it; both None while the day is not published."""
    links = sorted(links, key=lambda link: link.seq)
    roots = {root.day: root for root in Root.objects.filter(day__in={link.day for link in links})}
    trees = trees_of(roots.values())
    return [_included(link, roots.get(link.day), trees.get(link.day)) for link in links]


def _included(link: Link, root: Root | None, tree: merkle.Levels | None) -> dict[str, Any]:
    way = merkle.path(tree, link.digest) if tree else None
    return {"seq": link.seq, "day": link.day.isoformat(), "root": root.jws if root else None, "path": way}
