"""What two people of one organisation submit at the same moment, perhaps for the same customer."""

from django.db import connection

from deals.registrations.models import Registration
from prm import matching
from prm.matching.rules import deciding
from prm.questions import planned_once

# In an order that all keep, so that nobody waits in a circle.
AWAIT = """
    select pg_advisory_xact_lock(twin) from (
        select hashint8extended(key, %s) as twin from unnest(%s::bigint[]) as asked (key) order by 1
    ) as twins
"""


def await_twins(registration: Registration, *, block_from: float) -> None:
    """Wait until those of the same partner that could match it with this score have committed; keep later ones waiting.

    A statement of its own: the next one then sees what they wrote. Registrations for other customers go on.
    """
    keys = deciding(matching.normalise(registration.identity), block_from)
    with connection.cursor() as cursor, planned_once():
        cursor.execute(AWAIT, [registration.partner_id, sorted(keys)])
