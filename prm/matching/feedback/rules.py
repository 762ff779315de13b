"""What people said of a pair decides it, for as long as both are described as they were then."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

from django.utils.translation import gettext as _

from prm.matching.evidence import Evidence
from prm.matching.identity import Identity
from prm.matching.normaliser import normalise
from prm.matching.rules import Band, Match

# Where a record lives, and its id there.
Record = tuple[str, int]
Told = Mapping[str, str]

JUDGED_SAME, JUDGED_DIFFERENT = "judged_same", "judged_different"
# Of a hundred intervals as wide as this, 95 hold the true share.
_Z = 1.96


class Verdict(StrEnum):
    SAME = "same"
    DIFFERENT = "different"


def paired(one: Record, other: Record) -> tuple[Record, Record]:
    """The two in the order in which a pair is kept. ValueError for a record with itself."""
    if one == other:
        raise ValueError("a record is no pair with itself")
    first, second = sorted((one, other))
    return first, second


def told_of(identity: Identity) -> dict[str, str]:
    """What a verdict rests on, as typed, so that a later engine can still read it: name, web domain, tax number."""
    return {
        "name": identity.name,
        "country": identity.country,
        "domain": normalise(identity).domain,
        "tax_number": identity.tax_number,
    }


def is_still_told(told: Told, identity: Identity) -> bool:
    """Whether the strong keys are what they were; another city or way of writing changes nothing."""
    then = Identity(told["name"], told["country"], website=told["domain"], tax_number=told["tax_number"])
    return _strong(then) == _strong(identity)


def _strong(identity: Identity) -> tuple[str, str, str]:
    normal = normalise(identity)
    return normal.name_key, normal.domain, normal.tax_key


def decided(match: Match, verdict: str) -> Match:
    """The match after what people said: certain, or no more than a hint."""
    if verdict == Verdict.SAME:
        line = Evidence(JUDGED_SAME, _("Judged the same customer by a reviewer"), 1.0)
        return Match(1.0, Band.BLOCK, (line, *match.evidence), match.closeness)
    line = Evidence(JUDGED_DIFFERENT, _("Judged not the same customer by a reviewer"))
    return replace(match, band=Band.HINT, evidence=(line, *match.evidence), ceiling=Band.HINT)


@dataclass(frozen=True)
class Interval:
    """Where the true share lies, from 0 to 1, as far as so few cases can tell."""

    low: float
    high: float


def interval(hits: int, of: int) -> Interval:
    """Wilson's interval for a share of few cases; nothing is known of none."""
    if of == 0:
        return Interval(0.0, 1.0)
    share, spread = hits / of, _Z * _Z / of
    middle = (share + spread / 2) / (1 + spread)
    reach = _Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return Interval(round(max(0.0, middle - reach), 6), round(min(1.0, middle + reach), 6))
