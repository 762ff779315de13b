"""What anybody typed about a company, and the one normal form it is compared in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from prm.matching.wording import Wording, wording

N = TypeVar("N")
T = TypeVar("T")


class kept(Generic[N, T]):  # noqa: N801 - used like property
    """`functools.cached_property` without the lock of Python 3.11, which takes longer than what is kept here. Two
    threads may work it out twice: it is the same."""

    def __init__(self, work: Callable[[N], T]) -> None:
        self._work, self._name = work, work.__name__

    def __get__(self, noun: N, owner: type[N]) -> T:
        found: T = self._work(noun)
        noun.__dict__[self._name] = found
        return found


@dataclass(frozen=True)
class Identity:
    """As typed, nothing checked. `former_names` are other names the same company went by."""

    name: str
    country: str = ""
    city: str = ""
    website: str = ""
    email: str = ""
    tax_number: str = ""
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Normalised:
    """Empty strings where nothing usable was typed. `tax_key` is country and number, `name_key` words in ASCII.

    `look_key` is what a name in look-alike letters of another script pretends to be; `readings` are keys of
    other names in the name (d/b/a, brackets, translations), or of what it adds to (Acme Australia).
    """

    name_key: str
    domain: str
    tax_key: str
    country: str
    city_key: str = ""
    former_keys: tuple[str, ...] = ()
    look_key: str = ""
    readings: tuple[str, ...] = ()

    @kept
    def brand(self) -> str:
        """What stands before the suffix of the domain: acme for acme.co.uk."""
        return self.domain.partition(".")[0].replace("-", "")

    @kept
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key in (self.name_key, *self.former_keys) if key))

    @kept
    def compacts(self) -> frozenset[str]:
        """The names without spaces: written in one word or several, it is the same name."""
        return frozenset(name.replace(" ", "") for name in self.names)

    @kept
    def wordings(self) -> tuple[Wording, ...]:
        """Of the names, then of the readings."""
        return tuple(map(wording, (*self.names, *self.readings)))

    @kept
    def short_forms(self) -> frozenset[str]:
        """Names and readings in one word, and their initials."""
        said = self.wordings
        return frozenset(each.compact for each in said).union(*(each.acronyms for each in said))
