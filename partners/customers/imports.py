"""Customers from another system, many in one statement: new ones are made, known ones brought up to date."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from partners.customers.models import SOURCE, Account
from partners.customers.rows import Row, RowError
from partners.customers.selectors import survivor_of
from prm import matching
from prm.accounts.models import User
from prm.accounts.roles import Side
from prm.audit.actions import record
from prm.ids import random_id
from prm.matching import Identity
from prm.matching.hosts import registrable
from prm.matching.normaliser import name_key

# Columns of the table that a file may set, with their type and what a new customer has without them.
_TYPES: dict[str, tuple[str, Any]] = {
    "external_id": ("text", ""),
    "name": ("text", ""),
    "name_key": ("text", ""),
    "country": ("text", ""),
    "city": ("text", ""),
    "website": ("text", ""),
    "domain": ("text", ""),
    "tax_number": ("text", ""),
    "owner_id": ("bigint", None),
    "named_account": ("boolean", False),
    "customer_since": ("date", None),
}
# Only rows that differ are touched, so a second run of the same file changes nothing.
_UPSERT = """
    insert into {table} ({columns}, public_id, former_names, segment,
        created_at, created_by_id, updated_at, updated_by_id, version)
    select {columns}, public_id, '{{}}', '', %(now)s, %(by)s, %(now)s, %(by)s, 1
    from json_to_recordset(%(rows)s) as given ({typed}, public_id text)
    on conflict (external_id) do update set {assignments},
        updated_at = excluded.updated_at, updated_by_id = excluded.updated_by_id, version = {table}.version + 1
    where ({present}) is distinct from ({given})
    returning xmax = 0, id, name, country, city, website, tax_number, former_names
"""


@dataclass(frozen=True)
class Batch:
    """What became of some rows. Rows with an error were left out."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


@transaction.atomic
def import_rows(*, rows: Iterable[Row], run: str, by: User | None, now: datetime) -> Batch:
    """Create or update by external id. Columns that the rows lack stay as they are; all rows have the same ones.

    One event for all of them together, about the import `run` (an id the caller draws), if anything changed.
    """
    fit, errors = _with_owners(list(rows))
    fit, merged = without_merged(fit)
    errors += merged
    if not fit:
        return Batch(errors=errors)
    touched = _upsert(fit, by, now)
    matching.index_many(SOURCE, [(found[1], _identity(found)) for found in touched])
    created = sum(found[0] for found in touched)
    batch = Batch(created, len(touched) - created, len(fit) - len(touched), errors)
    if touched:
        data = {"created": batch.created, "changed": batch.changed}
        record("accounts.imported", by=by, now=now, organisation_id=None, subject=("import", run), data=data)
    return batch


def without_merged(rows: list[Row]) -> tuple[list[Row], list[RowError]]:
    """What a row says of a customer that is part of another by now would undo the choice made at the merge."""
    names = [row.values["external_id"] for row in rows]
    merged = Account.objects.filter(external_id__in=names, merged_into__isnull=False).select_related("merged_into")
    into = {account.external_id: survivor_of(account) for account in merged}
    errors = [
        RowError(row.number, "external_id", f"This customer was merged into {into[name].name}; the row is left out.")
        for row in rows
        if (name := row.values["external_id"]) in into
    ]
    return [row for row in rows if row.values["external_id"] not in into], errors


def _with_owners(rows: list[Row]) -> tuple[list[Row], list[RowError]]:
    """Turns `owner_email` into `owner_id`; sorted, so that two imports at once lock in the same order."""
    emails = {row.values["owner_email"] for row in rows if row.values.get("owner_email")}
    staff = User.objects.filter(
        email__in=emails, is_active=True, memberships__ended_at=None, memberships__organisation__kind=Side.VENDOR
    )
    owners: dict[str, int | None] = {"": None, **dict(staff.values_list("email", "pk"))}
    fit, errors = [], []
    for row in sorted(rows, key=lambda row: str(row.values["external_id"])):
        values = dict(row.values)
        email = values.pop("owner_email", None)
        if email is not None and email not in owners:
            sentence = f"Nobody of the vendor has the address {email}."
            errors.append(RowError(row.number, "owner_email", sentence))
            continue
        if email is not None:
            values["owner_id"] = owners[email]
        fit.append(Row(row.number, _derived(values)))
    return fit, sorted(errors, key=lambda error: error.row)


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    values["name_key"] = name_key(values["name"])
    if "website" in values:
        values["domain"] = registrable(values["website"])
    return values


def _upsert(rows: list[Row], by: User | None, now: datetime) -> list[tuple[Any, ...]]:
    set_by_file = [name for name in _TYPES if name in rows[0].values]
    absent = {name: default for name, (_type, default) in _TYPES.items()}
    given = [absent | row.values | {"public_id": random_id("acc")} for row in rows]
    parameters: dict[str, Any] = {
        "rows": json.dumps(given, default=date.isoformat),
        "now": now,
        "by": by.pk if by else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(set_by_file), parameters)
        touched: list[tuple[Any, ...]] = cursor.fetchall()
    return touched


def _statement(set_by_file: list[str]) -> str:
    """Made of the names above alone; what the file holds goes in as parameters."""
    return _UPSERT.format(
        table=Account._meta.db_table,
        columns=", ".join(_TYPES),
        typed=", ".join(f"{name} {kind}" for name, (kind, _default) in _TYPES.items()),
        assignments=", ".join(f"{name} = excluded.{name}" for name in set_by_file),
        present=", ".join(f"{Account._meta.db_table}.{name}" for name in set_by_file),
        given=", ".join(f"excluded.{name}" for name in set_by_file),
    )


def _identity(touched: tuple[Any, ...]) -> Identity:
    _created, _id, name, country, city, website, tax_number, former_names = touched
    return Identity(name, country, city, website, "", tax_number, tuple(former_names))
