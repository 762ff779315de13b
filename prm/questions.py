"""Questions that every request asks in the same words: their SQL is written once, and asked again with other values.

Django writes the SQL of a queryset anew each time. For wide rows with their relations that takes several times as
long as PostgreSQL takes to answer.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, ForeignKey, Lookup, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery
from django.db.transaction import TransactionManagementError

M = TypeVar("M", bound=Model)

PREPARED_AFTER = 5
# What nobody compares with: where it turns up among the parameters, the value belongs.
_STAND_INS: dict[type, Callable[[int], Any]] = {
    int: lambda number: 2**62 + number,
    str: lambda number: f"\ue000{number}\ue001",
    list: lambda number: [2**62 + number],
    datetime: lambda number: datetime(1800, 1, 1, tzinfo=UTC) + timedelta(microseconds=number),
}


@ForeignKey.register_lookup
@Field.register_lookup
class AnyOf(Lookup[Any]):
    """`name__any_of=values`: as `__in`, in the same words however many there are."""

    lookup_name = "any_of"

    def get_prep_lookup(self) -> list[Any]:
        return list(self.rhs)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = any(%s)", [*parameters, self.rhs]


@contextmanager
def planned_once() -> Iterator[None]:
    """Statements in here are prepared on their connection: read and planned once, whatever the values are.

    Only for words that never change, and where a unique key leads to the rows: a plan for all values knows nothing
    of partial indexes, and a sweep over the few rows that are due would read the table.
    """
    driver: Any = connection.connection
    driver.prepare_threshold = PREPARED_AFTER
    try:
        yield
    finally:
        driver.prepare_threshold = None


class Question(Generic[M]):
    """`build` gets a stand-in for each of `kinds` and returns a queryset that compares with it as it is.

    What decides about the words of the SQL (None, an empty list, a role) is no value: make another question of it.
    The first `spare` values may be left out by it. Relations of `select_related` come along, those of
    `prefetch_related` and annotations do not. `planned_anew` is for what a partial index finds.
    """

    def __init__(
        self, build: Callable[..., QuerySet[M]], *kinds: type, spare: int = 0, planned_anew: bool = False
    ) -> None:
        self.build, self.kinds, self.spare = build, kinds, spare
        self.planned = nullcontext if planned_anew else planned_once

    def one(self, *values: Any) -> M | None:
        """The row that a unique condition leaves, or None."""
        return next(iter(self.all(*values)), None)

    def all(self, *values: Any) -> list[M]:
        written = self._written
        if written is None:
            return []
        if written.locks and not connection.in_atomic_block:
            raise TransactionManagementError("Rows are locked for a transaction, and there is none.")
        with connection.cursor() as cursor, self.planned():
            cursor.execute(written.words.sql, written.words.with_values(values))
            return [written.read(row) for row in cursor.fetchall()]

    @cached_property
    def _written(self) -> "_Written | None":
        """None for what is empty whatever the values are."""
        stand_ins = _stand_ins(self.kinds)
        rows = self.build(*stand_ins)
        compiler = rows.query.get_compiler(using=connection.alias)
        try:
            words = _words(compiler, stand_ins, self.spare)
        except EmptyResultSet:
            return None
        return _Written(words, _reader(compiler), rows.query.select_for_update)


class Rows:
    """As `Question`, for plain values (`values_list`, unions of them), as the driver reads them; planned anew."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds

    def all(self, *values: Any) -> list[tuple[Any, ...]]:
        words = self._written
        with connection.cursor() as cursor:
            cursor.execute(words.sql, words.with_values(values))
            return list(cursor.fetchall())

    @cached_property
    def _written(self) -> "_Words":
        stand_ins = _stand_ins(self.kinds)
        return _words(self.build(*stand_ins).query.get_compiler(using=connection.alias), stand_ins, 0)


class Change:
    """As `Question`, for what some rows become: `build` returns the rows and their new values by field."""

    def __init__(self, build: Callable[..., tuple[QuerySet[Any], dict[str, Any]]], *kinds: type) -> None:
        self.build, self.kinds = build, kinds

    def make(self, *values: Any) -> int:
        """How many rows changed."""
        words = self._written
        with connection.cursor() as cursor, planned_once():
            cursor.execute(words.sql, words.with_values(values))
            return int(cursor.rowcount)

    @cached_property
    def _written(self) -> "_Words":
        stand_ins = _stand_ins(self.kinds)
        rows, becomes = self.build(*stand_ins)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(becomes)
        return _words(query.get_compiler(using=connection.alias), stand_ins, 0)


@dataclass(frozen=True)
class _Words:
    """`places` are (index of the parameter, number of the value, the driver's type for it)."""

    sql: str
    parameters: list[Any]
    places: list[tuple[int, int, type]]

    def with_values(self, values: Sequence[Any]) -> list[Any]:
        parameters = list(self.parameters)
        for place, number, kind in self.places:
            value = values[number]
            parameters[place] = value if kind is datetime else kind(value)
        return parameters


@dataclass(frozen=True)
class _Written:
    words: _Words
    read: Callable[[Sequence[Any]], Any]
    locks: bool


def _stand_ins(kinds: Sequence[type]) -> list[Any]:
    return [_STAND_INS[kind](number) for number, kind in enumerate(kinds)]


def _words(compiler: Any, stand_ins: list[Any], spare: int) -> _Words:
    """Raises EmptyResultSet, and ValueError when more than the first `spare` values are left out."""
    sql, parameters = compiler.as_sql()
    places = [
        (place, number, type(parameter))
        for place, parameter in enumerate(parameters)
        for number, stand_in in enumerate(stand_ins)
        if parameter == stand_in
    ]
    if not {number for _place, number, _kind in places}.issuperset(range(spare, len(stand_ins))):
        raise ValueError("A value of this question does not reach the database as it is.")
    return _Words(sql, list(parameters), places)


def _reader(compiler: Any) -> Callable[[Sequence[Any]], Any]:
    """Makes an object of a row, with its relations, as Django would."""
    about, select = compiler.klass_info, compiler.select
    columns = slice(about["select_fields"][0], about["select_fields"][-1] + 1)
    names = [column[0].target.attname for column in select[columns]]
    # The stubs describe the next version of Django.
    relations = get_related_populators(about, select, compiler.using)  # type: ignore[call-arg]
    converters = [
        (place, converter, expression)
        for place, (found, expression) in compiler.get_converters([column[0] for column in select]).items()
        for converter in found
    ]

    def read(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, converter, expression in converters:
            values[place] = converter(values[place], expression, connection)
        made = about["model"].from_db(connection.alias, names, values[columns])
        for relation in relations:
            relation.populate(values, made)
        return made

    return read
