"""What is done with one portion of an import, in the transaction that notes that it is done."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from partners.customers.actions import update_account
from partners.customers.imports import import_rows, without_merged
from partners.customers.models import SOURCE, Account
from partners.customers.rows import Row, RowError
from partners.imports.actions import PORTION
from partners.imports.models import AccountImport, ImportedRow, ImportFinding, ImportPortion
from partners.imports.selectors import checked, chosen, known, shown
from partners.imports.states import STEPS, State
from prm import matching
from prm.accounts.models import User
from prm.accounts.roles import Side
from prm.audit.actions import record
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS, Kind

# A file whose every row is wrong is mended once the first thousand are read.
MOST_FINDINGS = 1_000


def check_portion(job: Job, now: datetime) -> None:
    given = _of(job)
    portion = _portion(given, job)
    fit, errors = checked(given, portion, today=now.date())
    fit, doubles = _named_once(given, fit)
    fit, strangers = _with_known_owners(fit)
    fit, merged = without_merged(fit)
    errors += doubles + strangers + merged
    present, fields = known(fit), chosen(given)
    for row in fit:
        account = present.get(row.values["external_id"])
        if account is None:
            given.new += 1
        elif shown(account, fields) == {name: row.values[name] for name in fields}:
            given.unchanged += 1
        else:
            given.changed += 1
    _note(given, errors)
    given.save(update_fields=["new", "changed", "unchanged", "refused"])


def import_portion(job: Job, now: datetime) -> None:
    given = _of(job)
    portion = _portion(given, job)
    fit, errors = checked(given, portion, today=now.date())
    fit, doubles = _named_once(given, fit)
    before = {name: shown_json(account, chosen(given)) for name, account in known(fit, lock=True).items()}
    versions = {account.external_id: account.version for account in known(fit).values()}
    batch = import_rows(rows=fit, run=given.public_id, by=given.imported_by, now=now)
    given.new += batch.created
    given.changed += batch.changed
    given.unchanged += batch.unchanged
    given.refused += len({error.row for error in [*errors, *doubles, *batch.errors]})
    given.save(update_fields=["new", "changed", "unchanged", "refused"])
    _remember(given, fit, before, versions)


def undo_portion(job: Job, now: datetime) -> None:
    """The rows that have not been looked at yet: those that are given back are forgotten, the others are kept."""
    given = _of(job)
    rows = given.named.filter(account_id__isnull=False).order_by("pk")
    for row in list(rows[given.kept : given.kept + PORTION]):
        if _given_back(row, given.undone_by, now):
            row.delete()
        else:
            given.kept += 1
    given.save(update_fields=["kept"])


def finish(job: Job, now: datetime) -> None:
    given = _of(job)
    step = job.kind.partition(".")[2]
    given.state = STEPS[step][2]
    given.save(update_fields=["state"])
    if step == "undo":
        data = {"kept": given.kept}
        record("accounts.undone", by=given.undone_by, now=now, organisation_id=None, subject=_subject(given), data=data)


def give_up(job: Job, now: datetime) -> None:  # noqa: ARG001 - every kind of work is told when
    AccountImport.objects.filter(public_id=job.subject_id).update(state=State.FAILED)


def _of(job: Job) -> AccountImport:
    rows = AccountImport.objects.select_for_update(of=("self",)).select_related("imported_by", "undone_by")
    return rows.get(public_id=job.subject_id)


def _subject(given: AccountImport) -> tuple[str, str]:
    return "import", given.public_id


def _portion(given: AccountImport, job: Job) -> ImportPortion:
    return ImportPortion.objects.get(of=given, number=job.done)


def _named_once(given: AccountImport, rows: list[Row]) -> tuple[list[Row], list[RowError]]:
    """The first row that names a customer counts, wherever in the file the others are."""
    ImportedRow.objects.bulk_create(
        [ImportedRow(of=given, number=row.number, external_id=row.values["external_id"]) for row in rows],
        ignore_conflicts=True,
    )
    names = [row.values["external_id"] for row in rows]
    first = dict(given.named.filter(external_id__in=names).values_list("external_id", "number"))
    doubles = [row for row in rows if first[row.values["external_id"]] != row.number]
    errors = [
        RowError(row.number, "external_id", f"Row {first[row.values['external_id']]} names this customer already.")
        for row in doubles
    ]
    return [row for row in rows if row not in doubles], errors


def _with_known_owners(rows: list[Row]) -> tuple[list[Row], list[RowError]]:
    emails = {row.values["owner_email"] for row in rows if row.values.get("owner_email")}
    staff = User.objects.filter(
        email__in=emails, is_active=True, memberships__ended_at=None, memberships__organisation__kind=Side.VENDOR
    )
    present = {"", None, *staff.values_list("email", flat=True)}
    strangers = [row for row in rows if row.values.get("owner_email") not in present]
    errors = [
        RowError(row.number, "owner_email", f"Nobody of the vendor has the address {row.values['owner_email']}.")
        for row in strangers
    ]
    return [row for row in rows if row not in strangers], errors


def _note(given: AccountImport, errors: list[RowError]) -> None:
    given.refused += len({error.row for error in errors})
    left = max(0, MOST_FINDINGS - given.findings.count())
    ImportFinding.objects.bulk_create(
        ImportFinding(of=given, row=error.row, field=error.field, sentence=error.sentence[:300])
        for error in errors[:left]
    )


def _remember(given: AccountImport, rows: list[Row], before: dict[str, Any], versions: dict[str | None, int]) -> None:
    """Which customers were touched, what they were, and their version since: enough to give it back."""
    numbers = {row.values["external_id"]: row for row in rows}
    touched = []
    named = {row.external_id: row for row in given.named.filter(external_id__in=list(numbers))}
    for name, account in known(rows).items():
        if versions.get(name) != account.version:
            row = named[name]
            row.account_id, row.before, row.version = account.pk, before.get(name), account.version
            touched.append(row)
    ImportedRow.objects.bulk_update(touched, ["account_id", "before", "version"])


def shown_json(account: Account, fields: list[str]) -> dict[str, Any]:
    values = shown(account, fields)
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _given_back(row: ImportedRow, by: User | None, now: datetime) -> bool:
    """False for a customer that was changed since, or that something else rests on by now."""
    rows = Account.objects.select_for_update(of=("self",))
    account = rows.filter(pk=row.account_id).first() if row.account_id else None
    if account is None:
        return True
    if account.version != row.version:
        return False
    if row.before is None:
        return _removed(account, by, now)
    restored = update_account(account=account, values=_values(row.before), by=by, now=now)
    # What an earlier import left is there again, so that one can be undone as well.
    earlier = ImportedRow.objects.filter(account_id=account.pk, version=row.version - 1)
    earlier.update(version=restored.version)
    return True


def _removed(account: Account, by: User | None, now: datetime) -> bool:
    subject, pk = ("account", account.public_id), account.pk
    try:
        with transaction.atomic():
            account.delete()
    except (ProtectedError, IntegrityError):
        return False
    matching.remove(SOURCE, pk)
    record("account.removed", by=by, now=now, organisation_id=None, subject=subject)
    return True


def _values(before: dict[str, Any]) -> dict[str, Any]:
    """As fields of a customer. An owner who has left since comes back all the same: that is how it was."""
    values = dict(before)
    if "owner_email" in values:
        email = values.pop("owner_email")
        values["owner"] = User.objects.filter(email=email).first() if email else None
    since = values.get("customer_since")
    return values | ({"customer_since": date.fromisoformat(since)} if since else {})


for step, portion in (("check", check_portion), ("import", import_portion), ("undo", undo_portion)):
    KINDS.register(f"accounts.{step}", Kind(portion=portion, failed=give_up, finished=finish))
