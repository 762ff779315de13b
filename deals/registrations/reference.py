"""Human references such as DR-204193: drawn at random, so that they tell no volume."""

import secrets

from django.db import connection

from deals.registrations.models import Registration

TABLE = Registration._meta.db_table
# Longer ones are there for when the short ones become crowded.
DIGITS = (6, 6, 7, 7, 8, 9)
TAKEN = f"select reference from {TABLE} where reference = any(%s)"  # noqa: S608 - a constant name


def draw_reference() -> str:
    """A free reference, one of the shortest that were drawn."""
    drawn = [f"DR-{secrets.randbelow(9 * 10 ** (digits - 1)) + 10 ** (digits - 1)}" for digits in DIGITS]
    with connection.cursor() as cursor:
        cursor.execute(TAKEN, [drawn])
        taken = {reference for (reference,) in cursor.fetchall()}
    for reference in drawn:
        if reference not in taken:
            return reference
    raise RuntimeError("No free reference was found.")
