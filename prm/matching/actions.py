"""Keeps the keys and normal forms of records. Callers hold a lock on the record they index, or have just made it."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection

from prm.matching.hashing import salt, stored_keys
from prm.matching.identity import Identity
from prm.matching.normaliser import ENGINE_VERSION, normalise
from prm.matching.sources import SOURCES
from prm.matching.stored import written
from prm.matching.versions import hold_version
from prm.questions import planned_once

# Only what changed is written: most records keep most of their keys. One parameter, however many records: what was
# stored is looked up for each of them (`offset 0` keeps it so), as no estimate knows how many there are.
_REPLACE = """
    with given as materialized (
        select record_id, form, keys::int[] as keys
        from json_to_recordset(%(records)s::json) as row (record_id int, form text, keys text)
    ), before as materialized (
        select given.record_id, held.keys from given cross join lateral (
            select keys from matching_matchrecord stored
            where stored.record_id = given.record_id and stored.source = %(source)s offset 0
        ) as held
    ), gone as (
        delete from matching_matchkey where ctid = any(array(
            select held.ctid from before join given using (record_id) cross join unnest(before.keys) as old (key)
            cross join lateral (
                select stored.ctid from matching_matchkey stored
                where stored.key = old.key # %(salt)s::int and stored.record_id = before.record_id offset 0
            ) as held
            where old.key <> all(given.keys)
        ))
    ), found as (
        insert into matching_matchkey (key, record_id)
        select key # %(salt)s::int, given.record_id
        from given left join before using (record_id) cross join unnest(given.keys) as key
        where before.record_id is null or key <> all(before.keys)
        order by 1
    )
    insert into matching_matchrecord (source, record_id, version, form, keys)
    select %(source)s, record_id, %(version)s::smallint, form, keys from given
    on conflict (record_id, source) do update
    set version = excluded.version, form = excluded.form, keys = excluded.keys
"""
_REMOVE = """
    with gone as (
        delete from matching_matchrecord where source = %(source)s and record_id = any(%(records)s::int[])
        returning record_id, keys
    )
    delete from matching_matchkey stored using (select record_id, unnest(keys) as key from gone) as old
    where stored.key = old.key # %(salt)s::int and stored.record_id = old.record_id
"""


def index(source: str, record_id: int, identity: Identity) -> None:
    """Store the record's keys and normal form in place of those it had."""
    index_many(source, [(record_id, identity)])


def index_many(source: str, records: Iterable[tuple[int, Identity]]) -> None:
    """As `index`, for many records in one statement; all of them are held in memory. No customer is locked for it:
    the locks of thousands in one transaction would fill the server's table of locks."""
    hold_version()
    rows = [_row(record_id, identity) for record_id, identity in dict(records).items()]
    values = {**_named(source), "records": json.dumps(rows), "version": ENGINE_VERSION}
    with connection.cursor() as cursor, planned_once():
        cursor.execute(_REPLACE, values)


def remove(source: str, *record_ids: int) -> None:
    """Forget the records: they are not found any more."""
    with connection.cursor() as cursor, planned_once():
        cursor.execute(_REMOVE, {**_named(source), "records": list(record_ids)})


def _row(record_id: int, identity: Identity) -> dict[str, Any]:
    form = normalise(identity)
    return {
        "record_id": record_id,
        "form": written(form),
        "keys": f"{{{','.join(map(str, stored_keys(form)))}}}",
    }


def _named(source: str) -> dict[str, Any]:
    if source not in SOURCES:
        raise KeyError(source)
    return {"source": source, "salt": salt(source)}
