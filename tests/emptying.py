"""Leaves the database empty after a test that committed, in the time that it takes to remove what was written.

Django truncates every table there is, and makes its permissions anew: more work than most such tests themselves.
"""

from functools import lru_cache

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

# What migrations leave, and no test changes.
KEPT = {Permission._meta.db_table, ContentType._meta.db_table}


def empty() -> bool:
    """Waits for those who still write, so that nothing of theirs is there in the next test.

    False when the role that the tests have may not do it.
    """
    if not _is_superuser():
        return False
    tables = _tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"lock table {', '.join(tables)} in share row exclusive mode")
        written = _with_rows(tables)
        # Neither triggers nor foreign keys: all of it goes, in whatever order.
        cursor.execute("set local session_replication_role = replica")
        for table in written:
            cursor.execute(f"delete from {table}")
    return True


@lru_cache
def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('is_superuser')::boolean")
        return bool(cursor.fetchone()[0])


@lru_cache
def _tables() -> tuple[str, ...]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(f'"{name}"' for name in sorted(set(names) - KEPT))


def _with_rows(tables: tuple[str, ...]) -> list[str]:
    asked = " union all ".join(f"select '{table}' where exists (select from {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [table for (table,) in cursor.fetchall()]
