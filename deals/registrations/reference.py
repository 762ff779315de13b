"""Human references such as DR-204193: drawn at random, so that they tell no volume."""

import secrets

from django.db import connection

from deals.registrations.models import Registration
from prm.questions import planned_once

TABLE = Registration._meta.db_table
# Longer ones are there for when the short ones become crowded.
DIGITS = (6, 6, 7, 7, 8, 9)
DRAW = f"""
    select nextval(pg_get_serial_sequence('{TABLE}', 'id')),
        array(select reference from {TABLE} where reference = any(%s))
"""  # noqa: S608 - a constant name


def draw_reference() -> tuple[int, str]:
    """The number of a new row, and a free reference: one of the shortest that were drawn."""
    drawn = [f"DR-{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}" for digits in DIGITS]
    with connection.cursor() as cursor, planned_once():
        cursor.execute(DRAW, [drawn])
        number, taken = cursor.fetchone()
    for reference in drawn:
        if reference not in taken:
            return number, reference
    raise RuntimeError("No free reference was found.")
