"""Counting attempts in the database: one atomic statement, so that a burst of requests cannot slip through."""

from datetime import UTC, datetime

from django.db import connection

from prm.accounts.models import AttemptWindow
from prm.clocks.database import database_now

TABLE = AttemptWindow._meta.db_table


def attempt(key: str, *, limit: int, window_seconds: int) -> int:
    """Count one attempt. Returns 0 when it is within `limit`, else the seconds until the next window."""
    now = database_now()
    start = int(now.timestamp()) // window_seconds * window_seconds
    with connection.cursor() as cursor:
        cursor.execute(
            f'insert into {TABLE} as w (key, "window", count) values (%s, %s, 1) '  # noqa: S608 - a constant name
            'on conflict (key, "window") do update set count = w.count + 1 returning count',
            [key[:80], datetime.fromtimestamp(start, UTC)],
        )
        row: tuple[int] = cursor.fetchone()
    if row[0] <= limit:
        return 0
    return max(1, start + window_seconds - int(now.timestamp()))


def forget_before(moment: datetime) -> int:
    return AttemptWindow.objects.filter(window__lt=moment).delete()[0]


def clear(key: str) -> None:
    AttemptWindow.objects.filter(key=key[:80]).delete()
