"""How fast a list is compared with everything that is registered, and how much a second worker helps."""

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.db import connection

from partners.lists import actions, work
from partners.lists.models import CompanyList, ListRow
from partners.models import Account
from prm.accounts.models import Organisation, User
from prm.clocks.database import database_now
from tests.bench.customers import made_up, sample, write_csv
from tests.bench.imports import imported, seconds
from tests.factories import make_user
from tests.processes import running

# So many of the registered companies are asked for, each under a name that is not quite theirs.
LISTED = 2_000
COLUMNS = ["name", "country", "city", "website"]


def run(given: argparse.Namespace) -> dict[str, Any]:
    """One worker here, then the same list by as many processes as `workers` says; those need committed rows."""
    with tempfile.TemporaryDirectory() as directory:
        imported(write_csv(Path(directory) / "customers.csv", made_up(given.rows)))
    with connection.cursor() as cursor:
        cursor.execute("analyze")
    by, listed = somebody(), min(LISTED, given.rows)
    uploaded = seconds(lambda: upload(by, listed, of=given.rows))
    start(by)
    alone = seconds(one_worker)
    figures: dict[str, Any] = {
        "accounts": Account.objects.count(),
        "listed": listed,
        "uploaded_rows_per_second": round(listed / uploaded),
        "rows_per_second": round(listed / alone),
        "minutes_for_100000": round(100_000 / listed * alone / 60, 1),
        "known": ListRow.objects.filter(band__in=["block", "review"]).count(),
    }
    for count in range(1, given.workers + 1):
        upload(by, listed, of=given.rows)
        figures[f"rows_per_second_of_{count}_processes"] = round(rate(count, lambda: start(by)))
    return figures


def somebody() -> User:
    vendor, _made = Organisation.objects.get_or_create(kind="vendor", defaults={"name": "Bench", "time_zone": "UTC"})
    known = User.objects.filter(email="lists@bench.example").first()
    return known or make_user("lists@bench.example", vendor, "programme_admin")


def upload(by: User, listed: int, *, of: int) -> None:
    """Every second name has a word more than the registered one."""
    asked = enumerate(sample(listed, of))
    lines = [
        f'"{name}{" Group" if place % 2 else ""}",{country},{city},' for place, (_, name, country, city, _web) in asked
    ]
    content = "\n".join([",".join(COLUMNS), *lines]).encode()
    actions.upload(file_name="bench.csv", file=io.BytesIO(content), by=by, now=database_now())


def start(by: User) -> None:
    given = CompanyList.objects.order_by("pk").last()
    assert given is not None
    actions.start(given=given, columns=COLUMNS, by=by, now=database_now())


def one_worker() -> None:
    while work.assess_next():
        continue


def rate(count: int, begin: Callable[[], None]) -> float:
    """Rows in a second, from the first portion that is done: the start of a program is nobody's work."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(running("manage.py", "relay", "--loop"))
        begin()
        before, first = waited_for(lambda: done() > 0)
        after, last = waited_for(lambda: not CompanyList.objects.filter(state="working").exists())
    return (last - first) / (after - before)


def waited_for(condition: Callable[[], bool]) -> tuple[float, int]:
    """When it was so, and how many rows of the newest list were done then."""
    while not condition():
        time.sleep(0.02)
    return time.perf_counter(), done()


def done() -> int:
    newest = CompanyList.objects.order_by("pk").last()
    return ListRow.objects.filter(of=newest).count()
