"""Is a chain whole, and who was first? Plain values in, plain values out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from prm.signing import jws
from prm.signing.states import Flaw

# Hosts' clocks differ, and a verb that has read its key commits a moment later.
TOLERANCE = timedelta(minutes=5)
# A key is published that long before it signs, so that whoever keeps a copy of the keys has it in time.
OVERLAP = timedelta(hours=24)
# What is issued that long after it happened says so.
LATE = timedelta(hours=1)
# Places of one microsecond are numbered around a circle of that many.
CIRCLE = 65_536


@dataclass(frozen=True)
class PublicKey:
    """`x` are its 32 bytes; it signs from `since`, and until the next one does."""

    kid: str
    x: bytes
    since: datetime
    until: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        begun = self.since - TOLERANCE <= moment
        return begun and (self.until is None or moment <= self.until + TOLERANCE)


@dataclass(frozen=True)
class Found:
    seq: int
    flaw: Flaw


Keys = Mapping[str, PublicKey]


def check(texts: Sequence[str], keys: Keys, *, constant: Sequence[str], first: int = 1) -> list[Found]:
    """What is wrong with links in the order given, of which the first should be number `first`."""
    found: list[Found] = []
    before: str | None = None
    same: dict[str, Any] | None = None
    for seq, text in enumerate(texts, start=first):
        flaws, claims = _of_one(text, keys)
        if claims is not None:
            if claims.get("seq") != seq:
                flaws.append(Flaw.SEQUENCE)
            if not _follows(claims.get("prev"), before, seq, first):
                flaws.append(Flaw.BROKEN)
            said = {name: claims.get(name) for name in constant}
            same = same or said
            if said != same:
                flaws.append(Flaw.MOVED)
        found += [Found(seq, flaw) for flaw in flaws]
        before = text
    return found


def _follows(prev: object, before: str | None, seq: int, first: int) -> bool:
    if before is None:
        # What is given may begin in the middle: then nothing is known of the step before.
        return prev is None if seq == 1 else seq == first
    return prev == jws.digest(before)


def _of_one(text: str, keys: Keys) -> tuple[list[Flaw], dict[str, Any] | None]:
    try:
        token = jws.read(text)
    except jws.NotAToken:
        return [Flaw.UNREADABLE], None
    key = keys.get(token.kid)
    if key is None:
        return [Flaw.UNKNOWN_KEY], token.claims
    if not jws.verifies(token, key.x):
        return [Flaw.SIGNATURE], token.claims
    issued = moment_of(token.claims.get("iat"))
    return [] if issued and key.covers(issued) else [Flaw.OUT_OF_TIME], token.claims


def moment_of(seconds: object) -> datetime | None:
    """A NumericDate as a moment; None for what is none."""
    if not isinstance(seconds, int) or isinstance(seconds, bool):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def said(moment: datetime | str | None) -> str | None:
    """As receipts write a moment: UTC with microseconds."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") if moment else None


def is_ahead(one: tuple[str, int], other: tuple[str, int]) -> bool | None:
    """Which of two places, as receipts write them, is ahead in line? None when they are the same.

    The moment decides, and within one microsecond the number: places are drawn one after the other, so that the
    shorter way around the circle leads from the earlier to the later one.
    """
    if one[0] != other[0]:
        return one[0] < other[0]
    ahead = (other[1] - one[1]) % CIRCLE
    return None if ahead == 0 else ahead < CIRCLE // 2


def is_late(at: datetime, issued: datetime) -> bool:
    return issued - at > LATE
