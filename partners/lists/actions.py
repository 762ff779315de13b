"""Verbs about lists: read a file, have it compared, forget it. The work itself is in work.py."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import IO

from django.db import transaction
from django.utils.translation import gettext as _

from partners.imports.bounds import Unreadable
from partners.imports.rules import doubled
from partners.lists import policies, selectors
from partners.lists.models import CompanyList, ListPortion, ListRow
from partners.lists.reading import header_and_rows, portions
from partners.lists.rules import REQUIRED
from partners.lists.states import State
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell

PORTION = 200
WRITTEN_AT_ONCE = 25
FORGOTTEN_AT_ONCE = 20_000
# The names of the columns are row 1.
FIRST_ROW = 2


@transaction.atomic
def upload(*, file_name: str, file: IO[bytes], by: User, now: datetime) -> CompanyList:
    """Read a CSV file and keep its rows in portions, some in memory at a time.

    Raises InvalidInput, and keeps nothing, for one that is no table.
    """
    _check_may(by)
    try:
        header, rows = header_and_rows(file)
        made = CompanyList.objects.create(
            file_name=" ".join(file_name.split())[:200] or "companies",
            header=header,
            columns=selectors.remembered(header),
            rows=0,
            created_at=now,
            created_by=by,
        )
        made.rows = _keep(made, rows)
    except Unreadable as error:
        raise InvalidInput({"file": [str(error)]}) from error
    if not made.rows:
        raise InvalidInput({"file": [_("There is no row below the names of the columns.")]})
    made.save(update_fields=["rows"])
    return made


@transaction.atomic
def start(*, given: CompanyList, columns: Sequence[str], by: User, now: datetime) -> CompanyList:
    """Have it compared with everything that is registered. Raises StateConflict for one that was begun already."""
    _check_may(by)
    found = CompanyList.objects.select_for_update(of=("self",)).get(pk=given.pk)
    if found.state != State.UPLOADED:
        label = State(found.state).label
        raise StateConflict(_("This list is now: %(state)s.") % {"state": label}, state=found.state)
    check_columns(found, columns)
    found.columns, found.state = list(columns), State.WORKING
    found.started_at, found.started_by = now, by
    found.save(update_fields=["columns", "state", "started_at", "started_by"])
    subject, data = ("list", found.public_id), {"rows": found.rows}
    record("accounts.list_started", by=by, now=now, organisation_id=None, subject=subject, data=data)
    doorbell.ring_after_commit()
    return found


def check_columns(found: CompanyList, columns: Sequence[str]) -> None:
    if len(columns) != len(found.header):
        raise InvalidInput({"": [_("Choose for every column of the file.")]})
    if any(field not in columns for field in REQUIRED):
        raise InvalidInput({"": [_("Choose which column holds: %(names)s.") % {"names": ", ".join(REQUIRED)}]})
    if twice := doubled(list(columns)):
        raise InvalidInput({"": [_("Two columns cannot be the same: %(names)s.") % {"names": ", ".join(twice)}]})


def forget_old(*, now: datetime) -> int:
    """Delete the lists that were kept long enough, with their rows. Returns how many."""
    forgotten = 0
    for found in CompanyList.objects.forgettable(now).order_by("pk"):
        _forget_rows(found)
        forgotten += bool(found.delete()[0])
    return forgotten


def _forget_rows(found: CompanyList) -> None:
    """A part at a time, so that no statement takes long."""
    rows = ListRow.objects.filter(of=found).order_by("number")
    while keys := list(rows.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]):
        ListRow.objects.filter(pk__in=keys).delete()


def _keep(made: CompanyList, rows: Iterator[list[str]]) -> int:
    """Returns how many rows there are."""
    first = FIRST_ROW
    made_of = (
        ListPortion(of=made, number=number, first=FIRST_ROW + number * PORTION, rows=some)
        for number, some in enumerate(portions(rows, PORTION))
    )
    while some := list(islice(made_of, WRITTEN_AT_ONCE)):
        ListPortion.objects.bulk_create(some)
        first += sum(len(portion.rows) for portion in some)
    return first - FIRST_ROW


def _check_may(by: User) -> None:
    if not policies.can_assess(by):
        raise NotAllowed(_("You may not compare lists."))
