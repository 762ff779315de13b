"""Reading rows without paying for an order that is not needed, and writing many in one short statement.

Django compares what a query is ordered by with every column that it selects, one by one, and PostgreSQL carries all
of them through its sort: for wide rows with their relations both cost more than the read itself.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model, QuerySet

from prm.questions import planned_once

M = TypeVar("M", bound=Model)


def one_or_none(rows: QuerySet[M]) -> M | None:
    """The row that a unique condition leaves, or None; `first()` would order by the primary key."""
    return next(iter(rows.order_by()[:1]), None)


def in_order(rows: QuerySet[M], order: Sequence[str], *, limit: int) -> list[M]:
    """The first rows in that order: their keys first, then what belongs to them. Two queries."""
    keys = list(rows.order_by(*order).values_list("pk", flat=True)[:limit])
    found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def insert(row: M) -> M:
    """As `save` of a new object, in a statement that is written once for its model; signals are not sent."""
    statement, fields = _insert_one(type(row), row.pk is not None)
    with connection.cursor() as cursor, planned_once():
        cursor.execute(statement, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])
        row.pk = cursor.fetchone()[0]
    row._state.adding, row._state.db = False, connection.alias
    return row


def update(row: M, *fields: str) -> int:
    """As `save(update_fields=fields)` of a row that is there, in a statement that is written once; no signals.

    Returns how many rows there were: 0 when it was deleted meanwhile.
    """
    statement, changed = _update_one(type(row), fields)
    values = [field.get_db_prep_save(field.pre_save(row, False), connection) for field in changed]
    with connection.cursor() as cursor, planned_once():
        cursor.execute(statement, [*values, row.pk])
        return int(cursor.rowcount)


@lru_cache
def _update_one(model: type[Model], names: tuple[str, ...]) -> tuple[str, list[Field[Any, Any]]]:
    fields: list[Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    become = ", ".join(f'"{field.column}" = %s' for field in fields)
    key = model._meta.pk.column
    return f'update "{model._meta.db_table}" set {become} where "{key}" = %s', fields  # noqa: S608 - names of columns


@lru_cache
def _insert_one(model: type[Model], with_key: bool) -> tuple[str, list[Field[Any, Any]]]:
    key = model._meta.pk
    fields = [field for field in model._meta.local_concrete_fields if with_key or field is not key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    return f'insert into "{model._meta.db_table}" ({names}) values ({marks}) returning "{key.column}"', fields  # noqa: S608 - names of columns


def insert_all(model: type[M], rows: Sequence[Mapping[str, Any]], *, but_known: bool = False) -> None:
    """Rows of columns and plain values, the same columns in each; `but_known` leaves out what breaks a unique rule.

    One parameter, however many rows: the driver takes longer to hand over thousands than PostgreSQL to write them.
    Nothing of the model is asked: neither its defaults nor its signals.
    """
    if rows:
        with connection.cursor() as cursor, planned_once():
            cursor.execute(_insert(model, tuple(rows[0]), but_known), [json.dumps(rows, default=_plain)])


@lru_cache
def _insert(model: type[Model], columns: tuple[str, ...], but_known: bool) -> str:
    fields = {field.column: field for field in model._meta.local_concrete_fields}
    names = ", ".join(f'"{column}"' for column in columns)
    given = ", ".join(f'"{column}" {fields[column].cast_db_type(connection)}' for column in columns)
    unless = " on conflict do nothing" if but_known else ""
    return (
        f'insert into "{model._meta.db_table}" ({names}) '  # noqa: S608 - names of columns
        f"select {names} from json_to_recordset(%s::json) as given ({given}){unless}"
    )


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} is no plain value.")
