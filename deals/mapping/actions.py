"""The verbs of mapping: bring a list, have it compared, say what is shown, take that back, delete."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from deals.mapping import policies, rules, selectors
from deals.mapping.models import MappedList, MappedPortion, MappedRow, SharedAccount
from deals.mapping.states import MapState
from deals.mapping.work import KIND
from partners.imports.bounds import Unreadable
from partners.imports.reading import table_of
from partners.imports.rules import doubled
from partners.models import Partner
from prm.accounts.attempts import attempt
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict, TooOften
from prm.jobs.actions import start as start_job
from prm.jobs.models import Job

LIST = "mapped_list"
DAY = 24 * 3600
FIRST_ROW = 2
# So many ids stand in an event; of more it says how many.
MOST_NAMED = 100


@transaction.atomic
def upload(*, name: str, content: bytes, by: User, now: datetime) -> MappedList:
    """Read a CSV file or workbook, whose first row names the columns. Raises InvalidInput, and keeps nothing."""
    try:
        header, rows = table_of(content)
    except Unreadable as error:
        raise InvalidInput({"file": [str(error)]}) from error
    return bring(name=name, header=header, rows=rows, by=by, now=now)


@transaction.atomic
def bring(*, name: str, header: list[str], rows: Sequence[list[str]], by: User, now: datetime) -> MappedList:
    """Keep the rows until somebody says what the columns mean."""
    if not policies.can_map(by):
        raise NotAllowed(_("Your role does not map customers."))
    if not 0 < len(rows) <= rules.MOST_ROWS:
        said = {"most": rules.MOST_ROWS}
        raise InvalidInput({"file": [_("Give at least one row, and at most %(most)d.") % said]})
    partner = Partner.objects.select_related("organisation").get(organisation=by.organisation)
    if wait := attempt(f"mapping:{partner.pk}", limit=rules.MOST_A_DAY, window_seconds=DAY):
        raise TooOften(_("That were enough lists for a day; please come back tomorrow."), wait_seconds=wait)
    made = MappedList.objects.create(
        partner=partner,
        name=" ".join(name.split())[:200] or "customers",
        header=header,
        columns=selectors.meant(header, partner, rules.FIELDS),
        rows=len(rows),
        created_at=now,
        created_by=by,
    )
    MappedPortion.objects.bulk_create(
        MappedPortion(of=made, number=number, first=FIRST_ROW + at, rows=[*rows[at : at + rules.PORTION]])
        for number, at in enumerate(range(0, len(rows), rules.PORTION))
    )
    _record("mapping.brought", made, by, now, rows=made.rows)
    return made


@transaction.atomic
def start(*, given: MappedList, columns: Sequence[str], by: User, now: datetime) -> MappedList:
    """Have it compared in the background. Raises StateConflict for one that was begun already."""
    given = _held(given, by)
    if given.state != MapState.UPLOADED:
        raise _conflict(given)
    if len(columns) != len(given.header) or set(columns) - {"", *rules.FIELDS}:
        raise InvalidInput({"columns": [_("Choose for every column of the file.")]})
    if lacking := rules.lacking(columns):
        said = {"names": ", ".join(lacking)}
        raise InvalidInput({"columns": [_("Choose which column holds: %(names)s.") % said]})
    if twice := doubled(list(columns)):
        said = {"names": ", ".join(twice)}
        raise InvalidInput({"columns": [_("Two columns cannot be the same: %(names)s.") % said]})
    given.columns, given.state = list(columns), MapState.WORKING
    _change(given, "columns", "state")
    start_job(kind=KIND, subject_id=given.public_id, total=given.portions.count(), by=by, now=now)
    return given


@transaction.atomic
def show_rows(*, given: MappedList, rows: Sequence[str] | None, by: User, now: datetime) -> MappedList:
    """Be ready to show these rows (public ids), or with None all of them, wherever the vendor is ready as well.

    Raises StateConflict when they are shown already, or the list is not ready.
    """
    given, chosen = _chosen(given, rows, by)
    keys = list(chosen.filter(shared_at=None).values_list("pk", "public_id"))
    MappedRow.objects.filter(pk__in=[pk for pk, _id in keys]).update(shared_at=now, shared_by=by)
    return _noted("mapping.shown", given, [public_id for _pk, public_id in keys], by, now)


@transaction.atomic
def hide_rows(*, given: MappedList, rows: Sequence[str] | None, by: User, now: datetime) -> MappedList:
    """Take that back: an overlap that was seen is gone on both sides at once."""
    given, chosen = _chosen(given, rows, by)
    keys = list(chosen.exclude(shared_at=None).values_list("pk", "public_id"))
    MappedRow.objects.filter(pk__in=[pk for pk, _id in keys]).update(shared_at=None, shared_by=None)
    return _noted("mapping.hidden", given, [public_id for _pk, public_id in keys], by, now)


@transaction.atomic
def delete_list(*, given: MappedList, by: User, now: datetime) -> None:
    """With all of its rows, also while it is compared."""
    if not policies.can_change(by, given):
        raise NotAllowed(_("A colleague of yours has brought this list."))
    # Whoever compares holds the work before the list, and so does this.
    Job.objects.unfinished().filter(subject_id=given.public_id).update(finished_at=now)
    given = _held(given, by)
    _record("mapping.deleted", given, by, now, rows=given.rows)
    given.delete()


@transaction.atomic
def show_accounts(*, partner: Partner, accounts: Sequence[str] | None, by: User, now: datetime) -> int:
    """Be ready to show these of the own customers to a partner that knows them too; with None all of them.

    Returns how many are new. The partner is told nothing unless it shows its row.
    """
    chosen = _own(partner, accounts, by).filter(is_shown=False)
    named = list(chosen.values_list("pk", "public_id"))
    made = [SharedAccount(partner=partner, account_id=pk, shared_at=now, shared_by=by) for pk, _id in named]
    SharedAccount.objects.bulk_create(made, ignore_conflicts=True, batch_size=5000)
    return _record_accounts("mapping.accounts_shown", partner, [public_id for _pk, public_id in named], by, now)


@transaction.atomic
def hide_accounts(*, partner: Partner, accounts: Sequence[str] | None, by: User, now: datetime) -> int:
    """Take that back; returns how many."""
    named = list(_own(partner, accounts, by).filter(is_shown=True).values_list("pk", "public_id"))
    SharedAccount.objects.filter(partner=partner, account__in=[pk for pk, _id in named]).delete()
    return _record_accounts("mapping.accounts_hidden", partner, [public_id for _pk, public_id in named], by, now)


def _own(partner: Partner, accounts: Sequence[str] | None, by: User) -> Any:
    """Under a lock, so that of two the second one sees what the first has done."""
    if not policies.can_show_accounts(by):
        raise NotAllowed(_("Your role does not show customers to partners."))
    Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    rows = selectors.own_accounts(by, partner)
    if accounts is None:
        return rows
    chosen = rows.filter(public_id__in=list(accounts))
    if chosen.count() != len(set(accounts)):
        raise InvalidInput({"accounts": [_("Choose among your own customers.")]})
    return chosen


def _chosen(given: MappedList, rows: Sequence[str] | None, by: User) -> tuple[MappedList, Any]:
    given = _held(given, by)
    if given.state != MapState.DONE:
        raise _conflict(given)
    if rows is None:
        return given, given.customers.all()
    chosen = given.customers.filter(public_id__in=list(rows))
    if not rows or chosen.count() != len(set(rows)):
        raise InvalidInput({"rows": [_("Choose among the rows of this list.")]})
    return given, chosen


def _held(given: MappedList, by: User) -> MappedList:
    """As it is now, until the transaction ends."""
    rows = MappedList.objects.select_for_update(of=("self",)).select_related("partner__organisation")
    found = rows.filter(pk=given.pk).first()
    if found is None:
        raise StateConflict(_("This list is deleted."), state="deleted")
    if not policies.can_change(by, found):
        raise NotAllowed(_("A colleague of yours has brought this list."))
    return found


def _conflict(given: MappedList) -> StateConflict:
    return StateConflict(_("This list is now: %(state)s.") % {"state": given.get_state_display()}, state=given.state)


def _noted(kind: str, given: MappedList, ids: list[str], by: User, now: datetime) -> MappedList:
    if not ids:
        raise StateConflict(_("Nothing changes by that."), state=given.state, code="unchanged")
    _change(given)
    _record(kind, given, by, now, **_named(ids))
    return given


def _record_accounts(kind: str, partner: Partner, ids: list[str], by: User, now: datetime) -> int:
    """Within the house: a partner must not read whom we would show."""
    if not ids:
        raise StateConflict(_("Nothing changes by that."), state="unchanged", code="unchanged")
    about = ("organisation", partner.public_id)
    record(kind, by=by, now=now, organisation_id=None, subject=about, data=_named(ids))
    return len(ids)


def _named(ids: list[str]) -> dict[str, Any]:
    return {"count": len(ids), **({"ids": ids} if len(ids) <= MOST_NAMED else {})}


def _change(given: MappedList, *fields: str) -> None:
    given.version += 1
    given.save(update_fields=[*fields, "version"])


def _record(kind: str, given: MappedList, by: User, now: datetime, **data: Any) -> None:
    about = (LIST, given.public_id)
    record(kind, by=by, now=now, organisation_id=given.partner.organisation_id, subject=about, data=data)
