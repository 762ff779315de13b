"""Questions about imports."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from partners.customers.models import Account
from partners.customers.rows import COLUMNS, Row, RowError, check_row
from partners.imports.models import AccountImport, ImportPortion
from partners.imports.rules import guessed
from partners.imports.states import State
from prm.jobs.models import Job

SAMPLE = 3


def remembered(header: list[str]) -> list[str]:
    """The columns that were chosen the last time a file had these titles, else what the titles seem to mean."""
    before = AccountImport.objects.filter(header=header).exclude(state=State.UPLOADED).order_by("-pk").first()
    return list(before.columns) if before else guessed(header)


def samples(upload: AccountImport) -> list[list[str]]:
    """For each column what its first rows hold."""
    portion = upload.portions.order_by("number").first()
    rows = portion.rows[:SAMPLE] if portion else []
    return [
        [row[place] for row in rows if place < len(row) and row[place].strip()] for place in range(len(upload.header))
    ]


def checked(upload: AccountImport, portion: ImportPortion, *, today: date) -> tuple[list[Row], list[RowError]]:
    """The rows of a portion that can be taken, and what is wrong with the others."""
    fit: list[Row] = []
    errors: list[RowError] = []
    for number, cells in enumerate(portion.rows, start=portion.first):
        if not any(cells):
            continue
        outcome = check_row(number, upload.columns, cells, today=today)
        if isinstance(outcome, Row):
            fit.append(outcome)
        else:
            errors += outcome
    return fit, errors


def known(rows: Sequence[Row], *, lock: bool = False) -> dict[str, Account]:
    """The customers that the rows name, by external id."""
    accounts = Account.objects.filter(external_id__in=[row.values["external_id"] for row in rows]).order_by(
        "external_id"
    )
    if lock:
        accounts = accounts.select_for_update(of=("self",))
    return {str(account.external_id): account for account in accounts.select_related("owner")}


def shown(account: Account, fields: Sequence[str]) -> dict[str, Any]:
    """What the customer holds, in the terms of a file."""
    values = {name: getattr(account, name) for name in fields if name != "owner_email"}
    if "owner_email" in fields:
        values["owner_email"] = account.owner.email if account.owner else ""
    return values


def chosen(upload: AccountImport) -> list[str]:
    """The fields that the file sets, in the order of the product."""
    return [name for name in COLUMNS if name in upload.columns]


def with_progress(imports: QuerySet[AccountImport]) -> QuerySet[AccountImport]:
    """Each with `job_done` of `job_total` portions of the work that was begun last."""
    last = Job.objects.filter(subject_id=OuterRef("public_id")).order_by("-pk")
    return imports.annotate(job_done=Subquery(last.values("done")[:1]), job_total=Subquery(last.values("total")[:1]))


def is_last(upload: AccountImport) -> bool:
    """Nothing was imported after it that is not undone."""
    newest = AccountImport.objects.filter(state=State.DONE).order_by("-imported_at", "-pk").first()
    return newest is not None and newest.pk == upload.pk
