"""Who could be meant: what shares keys, those of the worthiest keys first."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import connection

from prm.matching.hashing import STRONG, keys, kind_of, worth_of
from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import normalise
from prm.matching.rules import SHIPPED, Match, Thresholds, compare

T = TypeVar("T")

# Whoever shares a name, a domain or a tax number is never left out for those who share many words. A key is worth
# more, the fewer have it.
_CANDIDATES = """
    with found as (
        select asked.source, holding.record_id, wanted.strong,
            wanted.worth * (1 + ln(%(limit)s::float8 / count(*) over (partition by asked.source, wanted.key))) as worth
        from unnest(%(sources)s::text[]) as asked (source)
        cross join unnest(%(keys)s::bigint[], %(worth)s::int[], %(strong)s::bool[]) as wanted (key, worth, strong)
        cross join lateral (
            select record_id from matching_matchkey
            where key = wanted.key and source = asked.source limit %(limit)s
        ) as holding
    )
    select source, record_id from (
        select source, record_id, bool_or(strong) as strong,
            row_number() over (partition by source order by sum(worth) desc, record_id) as place
        from found group by source, record_id
    ) as ranked where place <= %(most)s or strong
"""


def candidates(
    identity: Identity, *, sources: Iterable[str], limit_per_key: int = 200, most: int = 40
) -> dict[str, set[int]]:
    """Record ids by source, each of which shares a key with the identity. One statement, bounded work."""
    return candidates_by_keys(keys(normalise(identity)), sources=sources, limit_per_key=limit_per_key, most=most)


def candidates_by_keys(
    wanted: Iterable[int], *, sources: Iterable[str], limit_per_key: int = 200, most: int = 40
) -> dict[str, set[int]]:
    """As `candidates`, for keys that the caller holds already, such as those it has locked."""
    ordered = sorted(wanted)
    values: dict[str, Any] = {
        "keys": ordered,
        "worth": [worth_of(key) for key in ordered],
        "strong": [kind_of(key) in STRONG for key in ordered],
        "sources": list(sources),
        "limit": limit_per_key,
        "most": most,
    }
    found: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        for source, record_id in cursor.fetchall():
            found[source].add(record_id)
    return dict(found)


def rank(
    identity: Identity, records: Iterable[tuple[T, Identity]], *, thresholds: Thresholds = SHIPPED
) -> list[tuple[T, Match]]:
    """Candidates of one source, each a company of its own, the likeliest first. Knows whose domain is whose."""
    asked = normalise(identity)
    normal = [(record, normalise(other)) for record, other in records]
    tenants = _tenants(other for _record, other in normal)
    scored = [
        (record, compare(identity, asked, other, under_domain=len(tenants[other.domain]), thresholds=thresholds))
        for record, other in normal
    ]
    return sorted((pair for pair in scored if pair[1].evidence), key=lambda pair: (-pair[1].score, -pair[1].closeness))


def _tenants(records: Iterable[Normalised]) -> dict[str, set[str]]:
    """The names under each domain."""
    found: dict[str, set[str]] = defaultdict(set)
    for record in records:
        found[record.domain].add(record.name_key)
    return found
