"""Counting attempts in the database: one atomic statement, so that a burst of requests cannot slip through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from prm.accounts.models import AttemptWindow
from prm.questions import planned_once

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


# The second is counted only when the first is within its limit: what one refuses uses up nothing of the other.
COUNT_BOTH = f"""
    with relaxed as (select case when %(alone)s then set_config('synchronous_commit', 'off', true) end),
    moment as (select extract(epoch from clock_timestamp())::bigint as now from relaxed),
    first as (
        insert into {TABLE} as w (key, "window", count)
        select %(first)s, to_timestamp(now / %(seconds)s * %(seconds)s), 1 from moment
        on conflict (key, "window") do update set count = w.count + 1
        returning count, "window"
    ), second as (
        insert into {TABLE} as w (key, "window", count)
        select %(second)s, "window", 1 from first where count <= %(limit)s
        on conflict (key, "window") do update set count = w.count + 1
        returning count
    )
    select first.count, second.count, extract(epoch from "window")::bigint + %(seconds)s - now, clock_timestamp()
    from first cross join moment left join second on true
"""  # noqa: S608 - a constant name


@dataclass(frozen=True)
class Counted:
    """`wait` is as in `attempt`, `at` the database's clock just after."""

    wait: int
    at: datetime


def attempt_both(first: tuple[str, int], second: tuple[str, int], *, window_seconds: int) -> Counted:
    """Two keys with their limits, in one statement."""
    values: dict[str, Any] = {"first": first[0][:80], "limit": first[1], "second": second[0][:80]}
    values |= {"seconds": window_seconds, "alone": not connection.in_atomic_block}
    with connection.cursor() as cursor, planned_once():
        cursor.execute(COUNT_BOTH, values)
        one, other, left, at = cursor.fetchone()
    within = one <= first[1] and (other or 0) <= second[1]
    return Counted(0 if within else max(1, int(left)), at)


def attempt(key: str, *, limit: int, window_seconds: int) -> int:
    """Count one attempt. Returns 0 when it is within `limit`, else the seconds until the next window."""
    alone = not connection.in_atomic_block
    with connection.cursor() as cursor, planned_once():
        cursor.execute(COUNT, {"key": key[:80], "seconds": window_seconds, "alone": alone})
        count, left = cursor.fetchone()
    return 0 if count <= limit else max(1, int(left))


def forget_before(moment: datetime) -> int:
    return AttemptWindow.objects.filter(window__lt=moment).delete()[0]


def clear(key: str) -> None:
    AttemptWindow.objects.filter(key=key[:80]).delete()
