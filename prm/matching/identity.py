"""What anybody typed about a company, and the one normal form it is compared in."""

from dataclasses import dataclass
from functools import cached_property

from prm.matching.wording import Wording, wording


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

    @cached_property
    def brand(self) -> str:
        """What stands before the suffix of the domain: acme for acme.co.uk."""
        return self.domain.partition(".")[0].replace("-", "")

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key for key in (self.name_key, *self.former_keys) if key))

    @cached_property
    def compacts(self) -> frozenset[str]:
        """The names without spaces: written in one word or several, it is the same name."""
        return frozenset(name.replace(" ", "") for name in self.names)

    @cached_property
    def wordings(self) -> tuple[Wording, ...]:
        """Of the names, then of the readings."""
        return tuple(map(wording, (*self.names, *self.readings)))

    @cached_property
    def short_forms(self) -> frozenset[str]:
        """Names and readings in one word, and their initials."""
        said = self.wordings
        return frozenset(each.compact for each in said).union(*(each.acronyms for each in said))
