"""Looking through everything that was issued: chains, what they must agree with, and roots."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from django.db import transaction

from prm.audit.actions import record
from prm.audit.models import Event
from prm.signing import jws, merkle, notices, rules
from prm.signing.models import Due, Fault, Link, Root, SigningKey
from prm.signing.publishing import TYP
from prm.signing.rules import Found, Keys
from prm.signing.selectors import public_keys, trees_of
from prm.signing.sockets import CHAINS, SIGNED, Chain
from prm.signing.states import Flaw

BATCH = 500
# What a run of the scheduler looks at: everything while it is little, else a part of it, and in a day all of it.
PER_RUN, MOST_PARTS = 50_000, 24
ROOTS = "root"


@dataclass(frozen=True)
class Seen:
    """One fault: of which subject (of roots: the day), at which step."""

    subject_type: str
    subject_id: str
    found: Found


@dataclass(frozen=True)
class Part:
    """One of some equal parts of everything; 0 of 1 is all of it."""

    number: int = 0
    of: int = 1

    def holds(self, subject_id: str) -> bool:
        return crc32(subject_id.encode()) % self.of == self.number


def part_for(now: datetime) -> Part:
    """What a run of this hour looks at."""
    parts = min(MOST_PARTS, 1 + Link.objects.count() // PER_RUN)
    return Part(now.hour % parts, parts)


def faults(part: Part) -> Iterator[Seen]:
    keys, secret = public_keys(), SigningKey.objects.values_list("secret", flat=True).first() or ""
    for subject_type in CHAINS.names():
        yield from _of_type(subject_type, part, keys, secret)
    yield from _of_roots(part, keys)


def _of_type(subject_type: str, part: Part, keys: Keys, secret: str) -> Iterator[Seen]:
    """What looks wrong is looked at again under the lock of its verbs: nothing is moving then."""
    for ids in _batches(subject_type):
        mine = [subject for subject in ids if part.holds(subject)]
        suspects = sorted({seen.subject_id for seen in _of_batch(subject_type, mine, keys, secret)})
        if suspects:
            with transaction.atomic():
                held = CHAINS[subject_type].hold(suspects)
                yield from list(_of_batch(subject_type, held, keys, secret))


def _batches(subject_type: str) -> Iterator[list[str]]:
    """Every subject with a link, and every one that should have some."""
    kinds, last = [kind for kind in SIGNED.names() if SIGNED[kind] == subject_type], ""
    while True:
        about = {"subject_type": subject_type, "subject_id__gt": last}
        events, links = Event.objects.filter(kind__in=kinds, **about), Link.objects.filter(**about)
        found: set[str] = set()
        for rows in (events, links):
            found |= set(rows.order_by("subject_id").values_list("subject_id", flat=True).distinct()[:BATCH])
        if not found:
            return
        ids = sorted(found)[:BATCH]
        yield ids
        last = ids[-1]


def _of_batch(subject_type: str, ids: list[str], keys: Keys, secret: str) -> Iterator[Seen]:
    chain = CHAINS[subject_type]
    links, events = defaultdict[str, list[Link]](list), defaultdict[str, set[str]](set)
    for link in Link.objects.filter(subject_type=subject_type, subject_id__in=ids).order_by("seq"):
        links[link.subject_id].append(link)
    happened = Event.objects.filter(subject_type=subject_type, subject_id__in=ids, kind__in=SIGNED.names())
    for subject, event in happened.values_list("subject_id", "public_id"):
        events[subject].add(event)
    due = set(Due.objects.of(subject_type, ids).values_list("event", flat=True))
    facts = chain.facts(ids, secret)
    for subject in ids:
        whole = not events[subject] & due
        for found in _of_chain(
            chain, links[subject], events[subject] - due, facts.get(subject) if whole else None, keys
        ):
            yield Seen(subject_type, subject, found)


def _of_chain(
    chain: Chain, links: list[Link], events: set[str], facts: dict[str, object] | None, keys: Keys
) -> list[Found]:
    found = rules.check([link.jws for link in links], keys, constant=chain.constant)
    found += [Found(link.seq, Flaw.ALTERED) for place, link in enumerate(links, 1) if not _is_kept_well(link, place)]
    if events - {link.cause for link in links}:
        found.append(Found(len(links), Flaw.MISSING))
    if links and facts is not None and not _agrees(links[-1], facts):
        found.append(Found(len(links), Flaw.DIFFERS))
    return found


def _is_kept_well(link: Link, place: int) -> bool:
    return link.seq == place and link.digest == jws.digest(link.jws)


def _agrees(link: Link, facts: dict[str, object]) -> bool:
    try:
        claims = jws.read(link.jws).claims
    except jws.NotAToken:
        return True
    return all(claims.get(name) == value for name, value in facts.items())


def _of_roots(part: Part, keys: Keys) -> Iterator[Seen]:
    """The chain of all roots, and the trees of some."""
    roots = list(Root.objects.order_by("seq"))
    for found in rules.check([root.jws for root in roots], keys, constant=()):
        yield Seen(ROOTS, roots[found.seq - 1].day.isoformat(), found)
    for root in roots:
        if part.holds(root.day.isoformat()) and not _fits(root):
            yield Seen(ROOTS, root.day.isoformat(), Found(root.seq, Flaw.ROOT))


def _fits(root: Root) -> bool:
    try:
        token = jws.read(root.jws)
    except jws.NotAToken:
        return True
    said = (token.typ, token.claims.get("day"), token.claims.get("root"))
    return said == (TYP, root.day.isoformat(), root.root) and merkle.root(trees_of([root])[root.day]) == root.root


def verify(*, now: datetime, part: Part | None = None) -> list[Seen]:
    """Look through a part of everything (None: all), keep what is wrong, and tell the administrators what is new."""
    part = part or Part()
    seen = list(faults(part))
    _keep(seen, part, now)
    return seen


@transaction.atomic
def _keep(seen: list[Seen], part: Part, now: datetime) -> None:
    wrong = {(one.subject_type, one.subject_id, one.found.seq, str(one.found.flaw)) for one in seen}
    known = {(row.subject_type, row.subject_id, row.seq, row.flaw): row for row in Fault.objects.all()}
    gone = [row.pk for key, row in known.items() if part.holds(row.subject_id) and key not in wrong]
    Fault.objects.filter(pk__in=gone).delete()
    fresh = sorted(wrong - set(known))
    names = ("subject_type", "subject_id", "seq", "flaw")
    made = [Fault(**dict(zip(names, key, strict=True)), found_at=now) for key in fresh]
    Fault.objects.bulk_create(made, ignore_conflicts=True)
    if fresh:
        about = {"faults": len(fresh), "subjects": sorted({key[1] for key in fresh})[:20]}
        record("signing.broken", by=None, now=now, organisation_id=None, subject=("signing", "receipts"), data=about)
        notices.broken(len(fresh), now=now)
