"""`import_accounts FILE.csv`: customers by their external id, as often as wanted."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from partners.customers.imports import Batch, import_rows
from partners.customers.rows import COLUMNS, BadHeader, Row, RowError, checked, header_of
from prm.clocks.database import database_now
from prm.ids import random_id

BATCH = 1000
SHOWN_ERRORS = 100
PROGRESS_EVERY = 10_000


class Command(BaseCommand):
    help = f"Create or update customers by external_id. Columns of the CSV file: {', '.join(COLUMNS)}."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.csv")

    def handle(self, *, file: str, **options: Any) -> None:
        self.count: Counter[str] = Counter()
        try:
            # Bytes that are no UTF-8 are carried to the row they are in, which then is refused by name.
            with open(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as source:
                self._import(source, database_now())
        except (OSError, BadHeader) as error:
            raise CommandError(str(error)) from error
        self._sum_up()

    def _import(self, source: TextIO, now: datetime) -> None:
        lines = csv.reader(source)
        header = header_of(self._first(lines))
        run = random_id("imp")
        batch: list[Row] = []
        for outcome in checked(lines, header, today=now.date()):
            self._progress()
            if isinstance(outcome, Row):
                batch.append(outcome)
            else:
                self._refuse(outcome)
            if len(batch) == BATCH:
                self._add(import_rows(rows=batch, run=run, by=None, now=now))
                batch = []
        self._add(import_rows(rows=batch, run=run, by=None, now=now))

    def _first(self, lines: Iterator[list[str]]) -> list[str]:
        try:
            return next(lines, [])
        except csv.Error as error:
            raise BadHeader(f"This is no CSV: {error}.") from error

    def _add(self, batch: Batch) -> None:
        self.count.update(created=batch.created, changed=batch.changed, unchanged=batch.unchanged)
        for error in batch.errors:
            self._refuse([error])

    def _refuse(self, errors: list[RowError]) -> None:
        self.count["refused"] += 1
        for error in errors:
            self.count["errors"] += 1
            if self.count["errors"] <= SHOWN_ERRORS:
                self.stderr.write(str(error))

    def _progress(self) -> None:
        self.count["read"] += 1
        if self.count["read"] % PROGRESS_EVERY == 0:
            self.stderr.write(f"{self.count['read']:,} rows read …")

    def _sum_up(self) -> None:
        count = self.count
        self.stdout.write(
            f"{count['read']:,} rows: {count['created']:,} created, {count['changed']:,} changed, "
            f"{count['unchanged']:,} unchanged, {count['refused']:,} with errors."
        )
        if count["errors"] > SHOWN_ERRORS:
            self.stderr.write(f"{count['errors'] - SHOWN_ERRORS:,} more errors are not shown.")
        if count["refused"]:
            raise CommandError(f"{count['refused']:,} rows were not imported; all others were.")
