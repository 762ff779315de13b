"""Counting attempts in the database: one atomic statement, so that a burst of requests cannot slip through."""

from datetime import datetime

from django.db import connection

from prm.accounts.models import AttemptWindow

TABLE = AttemptWindow._meta.db_table
# A count by itself is not worth waiting for the disk: one that a crash of the database forgets has let nobody in.
# Inside a verb's transaction that would hold for the verb as well, so there it is not asked for.
COUNT = f"""
    with relaxed as (select case when %(alone)s then set_config('synchronous_commit', 'off', true) end),
    moment as (select extract(epoch from clock_timestamp())::bigint as now from relaxed)
    insert into {TABLE} as w (key, "window", count)
    select %(key)s, to_timestamp(now / %(seconds)s * %(seconds)s), 1 from moment
    on conflict (key, "window") do update set count = w.count + 1
    returning count, extract(epoch from "window")::bigint + %(seconds)s - (select now from moment)
"""  # noqa: S608 - a constant name


def attempt(key: str, *, limit: int, window_seconds: int) -> int:
    """Count one attempt. Returns 0 when it is within `limit`, else the seconds until the next window."""
    alone = not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key[:80], "seconds": window_seconds, "alone": alone})
        count, left = cursor.fetchone()
    return 0 if count <= limit else max(1, int(left))


def forget_before(moment: datetime) -> int:
    return AttemptWindow.objects.filter(window__lt=moment).delete()[0]


def clear(key: str) -> None:
    AttemptWindow.objects.filter(key=key[:80]).delete()
