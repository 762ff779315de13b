"""What is kept of an address: the filters that a list knows, in one spelling."""

from collections.abc import Collection, Iterable
from urllib.parse import urlencode

# Of one person, organisation and list.
MOST = 20
LONGEST_NAME = 60
LONGEST_QUERY = 1000


def canonical(pairs: Iterable[tuple[str, str]], known: Collection[str]) -> str:
    """The known pairs that say something, sorted; two addresses that narrow alike come out equal."""
    return urlencode(sorted({(name, value.strip()) for name, value in pairs if name in known and value.strip()}))


def first_free(taken: Collection[int]) -> int | None:
    """The lowest place that nobody has, or None."""
    return next((place for place in range(1, MOST + 1) if place not in taken), None)
