"""What is stored of a record, read from the tables themselves."""

from prm.matching.hashing import salt
from prm.matching.models import MatchKey, MatchRecord


def stored(source: str, record_id: int) -> frozenset[int]:
    """The keys under which the record is found; those it knows itself have to be the same."""
    known = {key for row in MatchRecord.objects.filter(source=source, record_id=record_id) for key in row.keys}
    held = set(MatchKey.objects.filter(record_id=record_id).values_list("key", flat=True))
    assert {key ^ salt(source) for key in known} <= held
    return frozenset(known)


def strays() -> set[tuple[int, int]]:
    """Keys that no record knows of."""
    known = {(key ^ salt(row.source), row.record_id) for row in MatchRecord.objects.all() for key in row.keys}
    return set(MatchKey.objects.values_list("key", "record_id")) - known
