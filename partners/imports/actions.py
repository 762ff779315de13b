"""Verbs about imports: read a file, choose its columns, check, import, undo. The work itself is in portions.py."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from partners.imports import policies, selectors
from partners.imports.bounds import NoSuchSheet, Unreadable
from partners.imports.models import AccountImport, ImportPortion
from partners.imports.reading import table_of
from partners.imports.rules import doubled, missing
from partners.imports.states import STEPS, State
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.jobs.actions import start

if TYPE_CHECKING:
    from collections.abc import Sequence

PORTION = 250
# The names of the columns are row 1.
FIRST_ROW = 2


def upload(*, file_name: str, content: bytes, by: User, now: datetime, sheet: str = "") -> AccountImport:
    """Read a file, or the named sheet of a workbook, and keep its rows in portions.

    Raises InvalidInput for one that is no table.
    """
    _check_may(by)
    try:
        header, rows = table_of(content, sheet)
    except Unreadable as error:
        raise InvalidInput({"sheet" if isinstance(error, NoSuchSheet) else "file": [str(error)]}) from error
    return _kept(_name(file_name, sheet), header, rows, by, now)


@transaction.atomic
def _kept(name: str, header: list[str], rows: list[list[str]], by: User, now: datetime) -> AccountImport:
    """In a transaction of its own: reading a large file takes longer than one may rest."""
    made = AccountImport.objects.create(
        file_name=name,
        header=header,
        columns=selectors.remembered(header),
        rows=sum(any(row) for row in rows),
        created_at=now,
        created_by=by,
    )
    ImportPortion.objects.bulk_create(
        ImportPortion(of=made, number=number, first=FIRST_ROW + start, rows=rows[start : start + PORTION])
        for number, start in enumerate(range(0, len(rows), PORTION))
    )
    return made


@transaction.atomic
def check(*, given: AccountImport, columns: "Sequence[str]", by: User, now: datetime) -> AccountImport:
    """A dry run with these columns: what would be new, changed, unchanged, and what is wrong with which row."""
    found = _begin(given, "check", by)
    _check_columns(found, list(columns))
    found.columns = list(columns)
    found.findings.all().delete()
    found.named.all().delete()
    return _work(found, "check", found.portions.count(), by, now, "columns")


@transaction.atomic
def run(*, given: AccountImport, by: User, now: datetime) -> AccountImport:
    """Import every row that can be taken."""
    found = _begin(given, "import", by)
    found.imported_at, found.imported_by = now, by
    return _work(found, "import", found.portions.count(), by, now, "imported_at", "imported_by")


@transaction.atomic
def undo(*, given: AccountImport, by: User, now: datetime) -> AccountImport:
    """Give customers back what they were before the last import; whoever was changed since is left as it is."""
    found = _begin(given, "undo", by)
    if not selectors.is_last(found):
        raise StateConflict(_("Only the last import can be undone."), state=found.state)
    found.undone_at, found.undone_by = now, by
    touched = found.named.filter(account_id__isnull=False).count()
    return _work(found, "undo", -(-touched // PORTION), by, now, "undone_at", "undone_by")


def _name(file_name: str, sheet: str) -> str:
    """As people know it, and with the sheet that they chose."""
    said = " · ".join(" ".join(part.split()) for part in (file_name, sheet) if part.strip())
    return said[:200] or "customers"


def _check_may(by: User) -> None:
    if not policies.can_import(by):
        raise NotAllowed(_("You may not import customers."))


def _begin(given: AccountImport, step: str, by: User) -> AccountImport:
    _check_may(by)
    found = AccountImport.objects.select_for_update().get(pk=given.pk)
    allowed, _working, _end = STEPS[step]
    if found.state not in allowed:
        raise StateConflict(
            _("This import is now: %(state)s.") % {"state": State(found.state).label}, state=found.state
        )
    return found


def _check_columns(found: AccountImport, columns: list[str]) -> None:
    if len(columns) != len(found.header):
        raise InvalidInput({"": [_("Choose for every column of the file.")]})
    if lacking := missing(columns):
        names = ", ".join(lacking)
        raise InvalidInput({"": [_("Choose which column holds: %(names)s.") % {"names": names}]})
    if twice := doubled(columns):
        raise InvalidInput({"": [_("Two columns cannot be the same: %(names)s.") % {"names": ", ".join(twice)}]})


def _work(found: AccountImport, step: str, total: int, by: User, now: datetime, *fields: str) -> AccountImport:
    """Hand it to whoever does long work, with counts that begin at nothing."""
    _allowed, found.state, _end = STEPS[step]
    counts = ("kept",) if step == "undo" else ("new", "changed", "unchanged", "refused")
    for name in counts:
        setattr(found, name, 0)
    found.save(update_fields=["state", *counts, *fields])
    start(kind=f"accounts.{step}", subject_id=found.public_id, total=total, by=by, now=now)
    if step != "check":
        record(f"accounts.{step}_started", by=by, now=now, organisation_id=None, subject=("import", found.public_id))
    return found
