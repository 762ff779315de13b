"""Who could be meant: everything that shares a key."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import connection

from prm.matching.hashing import keys
from prm.matching.identity import Identity
from prm.matching.normaliser import normalise

_CANDIDATES = """
    select distinct asked.source, found.record_id
    from unnest(%(sources)s::text[]) as asked (source)
    cross join unnest(%(keys)s::bigint[]) as wanted (key)
    cross join lateral (
        select record_id from matching_matchkey
        where key = wanted.key and source = asked.source limit %(limit)s
    ) as found
"""


def candidates(identity: Identity, *, sources: Iterable[str], limit_per_key: int = 200) -> dict[str, set[int]]:
    """Record ids by source, each of which shares a key with the identity. One statement, bounded work."""
    return candidates_by_keys(keys(normalise(identity)), sources=sources, limit_per_key=limit_per_key)


def candidates_by_keys(
    wanted: Iterable[int], *, sources: Iterable[str], limit_per_key: int = 200
) -> dict[str, set[int]]:
    """As `candidates`, for keys that the caller holds already, such as those it has locked."""
    values: dict[str, Any] = {"keys": sorted(wanted), "sources": list(sources), "limit": limit_per_key}
    found: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        for source, record_id in cursor.fetchall():
            found[source].add(record_id)
    return dict(found)
