"""The one clock that decides: the database's, so that hosts whose clocks differ agree."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """The database server's wall clock, UTC."""
    with connection.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        row: tuple[datetime] = cursor.fetchone()
    return row[0]
