"""New keys for all records when the engine has changed, while the service goes on.

Each record knows the version of the engine that keyed it. Batches of those that are behind are read from their source
and keyed anew, each in a transaction of its own: whoever dies loses one, and begins where the others ended. A row that
somebody is changing is left out, because its verb keys it itself; with the keys of an older process it is found next
time.
"""

from collections.abc import Iterable

from django.db import connection, transaction

from prm.matching.actions import index_many, remove
from prm.matching.models import MatchRecord
from prm.matching.normaliser import ENGINE_VERSION
from prm.matching.sources import ROWS
from prm.matching.versions import REKEY

BATCH = 1000


def stale_exists() -> bool:
    """Whether any record has keys of an older engine. One look into an index."""
    return MatchRecord.objects.filter(version__lt=ENGINE_VERSION).exists()


def rekey(*, batches: int | None = None) -> int:
    """Key the records that are behind, at most so many batches of each source; how many have been.

    Safe at any time, any number of times, in parallel. Memory is that of one batch.
    """
    return sum(sum(_batches(source, batches)) for source in ROWS.names())


def wait_for_writers() -> None:
    """Returns when every transaction that has begun to write keys, or to decide by them, has ended.

    What an older process wrote is then seen. Needs a connection without a lock_timeout that would cut it short.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s::bigint)", [REKEY])


def _batches(source: str, most: int | None) -> Iterable[int]:
    last, done = 0, 0
    while (most is None or done < most) and (found := _behind(source, last)):
        last, done = found[-1], done + 1
        yield _rekey_batch(source, found)


def _behind(source: str, after: int) -> list[int]:
    rows = MatchRecord.objects.filter(source=source, version__lt=ENGINE_VERSION, record_id__gt=after)
    return list(rows.order_by("record_id").values_list("record_id", flat=True)[:BATCH])


@transaction.atomic
def _rekey_batch(source: str, ids: list[int]) -> int:
    rows = ROWS[source]().filter(pk__in=ids)
    known = set(rows.values_list("pk", flat=True))
    if gone := [each for each in ids if each not in known]:
        remove(source, *gone)
    held = rows.order_by("pk").select_for_update(skip_locked=True, of=("self",), no_key=True)
    identities = [(row.pk, row.identity) for row in held]
    index_many(source, identities)
    return len(identities)
