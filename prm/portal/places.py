"""Exports are long. Each organisation has a few places for them, and whoever comes beyond is told when to return."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from django.db import connection

T = TypeVar("T")

# Advisory locks of a connection, for a place and an organisation; a process that dies gives them back.
FIRST_PLACE = 7_300_050
MOST_AT_ONCE = 2
TRY_AGAIN_SECONDS = 10
# The second number of an advisory lock has 32 bits.
_BITS = 2**31


class Place:
    """Held until `leave`, by the connection that took it; leaving twice is leaving once."""

    def __init__(self, number: int, organisation_id: int) -> None:
        self.key: list[int] | None = [number, organisation_id % _BITS]

    def leave(self) -> None:
        if self.key is not None:
            _ask("pg_advisory_unlock", self.key)
            self.key = None


class Held(Generic[T]):
    """Content that is sent while a place is held; the answer closes it, whether or not anybody read it."""

    def __init__(self, content: Iterable[T], place: Place) -> None:
        self.content, self.place = iter(content), place

    def __iter__(self) -> Iterator[T]:
        return self.content

    def close(self) -> None:
        self.place.leave()


def take_place(organisation_id: int) -> Place | None:
    """A free place, or None; nobody waits."""
    for number in range(FIRST_PLACE, FIRST_PLACE + MOST_AT_ONCE):
        place = Place(number, organisation_id)
        if place.key is not None and _ask("pg_try_advisory_lock", place.key):
            return place
    return None


def _ask(function: str, key: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"select {function}(%s, %s)", key)
        row: tuple[bool] = cursor.fetchone()
    return row[0]
