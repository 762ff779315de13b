"""Keeps the keys of records. Callers hold a lock on the record they index, or have just made it."""

from collections.abc import Iterable
from typing import Any

from django.db import connection

from prm.matching.hashing import keys
from prm.matching.identity import Identity
from prm.matching.normaliser import normalise
from prm.matching.sources import SOURCES
from prm.matching.versions import hold_version

# Only what changed is written: most records keep most of their keys.
_REPLACE = """
    with wanted as (
        select * from unnest(%(owners)s::bigint[], %(keys)s::bigint[]) as pair (record_id, key)
    ), gone as (
        delete from matching_matchkey stored
        where stored.source = %(source)s and stored.record_id = any(%(records)s::bigint[])
        and not exists (select from wanted where wanted.record_id = stored.record_id and wanted.key = stored.key)
    )
    insert into matching_matchkey (source, record_id, key)
    select %(source)s, record_id, key from wanted
    on conflict do nothing
"""
_REMOVE = "delete from matching_matchkey where source = %(source)s and record_id = any(%(records)s::bigint[])"


def index(source: str, record_id: int, identity: Identity) -> None:
    """Store the record's keys in place of those it had."""
    index_many(source, [(record_id, identity)])


def index_many(source: str, records: Iterable[tuple[int, Identity]]) -> None:
    """As `index`, for many records in one statement; all of them are held in memory. No customer is locked for it:
    the locks of thousands in one transaction would fill the server's table of locks."""
    hold_version()
    keyed = {record_id: keys(normalise(identity)) for record_id, identity in records}
    pairs = [(record_id, key) for record_id, found in keyed.items() for key in found]
    values: dict[str, Any] = {
        "source": _known(source),
        "records": _array(keyed),
        "owners": _array(record_id for record_id, _key in pairs),
        "keys": _array(key for _record_id, key in pairs),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REPLACE, values)


def remove(source: str, *record_ids: int) -> None:
    """Forget the records: they are not found any more."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE, {"source": _known(source), "records": list(record_ids)})


def _array(numbers: Iterable[int]) -> str:
    """An array as text: for thousands of numbers the driver's own way is slow."""
    return f"{{{','.join(map(str, numbers))}}}"


def _known(source: str) -> str:
    if source not in SOURCES:
        raise KeyError(source)
    return source
