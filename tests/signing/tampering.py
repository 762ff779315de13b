"""What somebody can do who has the database itself."""

from typing import Any

from django.db import connection


def tamper(sql: str, *values: Any) -> None:
    """One statement, past the triggers that refuse it."""
    with connection.cursor() as cursor:
        cursor.execute("set session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("set session_replication_role = origin")
