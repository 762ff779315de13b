"""How fast customers come in, beside the fastest way to bring the same rows into the same database."""

import argparse
import csv
import tempfile
import time
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection

from tests.bench.customers import made_up, write_csv


def run(given: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as directory:
        file = given.file or write_csv(Path(directory) / "customers.csv", made_up(given.rows))
        rows = read(file)
        first = seconds(lambda: imported(file))
        again = seconds(lambda: imported(file))
    copied = seconds(lambda: copy(rows))
    return {
        "rows": len(rows),
        "rows_per_second": round(len(rows) / first),
        "rows_per_second_again": round(len(rows) / again),
        "copy_rows_per_second": round(len(rows) / copied),
        "times_a_plain_copy": round(first / copied, 1),
    }


def seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def read(file: Path) -> list[list[str]]:
    with file.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.reader(source))[1:]


def imported(file: Path) -> None:
    call_command("import_accounts", str(file), stdout=StringIO(), stderr=StringIO())


def copy(rows: list[list[str]]) -> None:
    """Into a table without any index: no import can be faster."""
    columns = ", ".join(f"c{number} text" for number in range(len(rows[0])))
    with connection.cursor() as cursor:
        cursor.execute(f"create temporary table plain ({columns})")
        with cursor.copy("copy plain from stdin") as target:
            for row in rows:
                target.write_row(row)
