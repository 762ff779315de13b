"""Who could be meant: what shares keys, those of the worthiest keys first."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple, TypeVar

from django.db import connection
from rapidfuzz import fuzz, process

from prm.matching.hashing import STRONG, Kind, keys, kind_of, salt, worth_of
from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import normalise
from prm.matching.rules import SHIPPED, Match, Thresholds, compare, deciding
from prm.matching.stored import name_of, read
from prm.questions import planned_once

T = TypeVar("T")

# How many records are read for a key: a word may be everybody's, all words of a name are few companies', and a domain
# or a tax number is nearly one's own.
PER_KEY = 50
_TIMES: dict[int, int] = {Kind.WORDS: 4, Kind.SHORT: 4, **dict.fromkeys(STRONG, 20)}
MOST = 30
# How many of them are weighed, by their keys and as many by their letters, beside those that share a name, a domain
# or a tax number.
WEIGHED = 4

# Whoever shares a name, a domain or a tax number is never left out for those who share many words. A key is worth
# more, the fewer have it.
# Sources are compared as numbers: the order of words depends on a language, and takes long.
_CANDIDATES = """
    select ranked.source, ranked.record_id, stored.form, ranked.strong
    from (
        select source, record_id, bool_or(strong) as strong, sum(worth) as worth,
            row_number() over (partition by source order by sum(worth) desc, record_id) as place
        from (
            select asked.source, asked.strong, unnest(held.ids) as record_id,
                asked.worth * (1 + ln(asked.most / greatest(1, held.number)::float8)) as worth
            from unnest(
                %(sources)s::int[], %(keys)s::int[], %(worth)s::float8[], %(most)s::int[], %(strong)s::bool[]
            ) as asked (source, key, worth, most, strong)
            cross join lateral (
                select array_agg(record_id) as ids, count(*) as number
                from (select record_id from matching_matchkey where key = asked.key limit asked.most) as holding
            ) as held
        ) as hit
        group by source, record_id
    ) as ranked
    join matching_matchrecord stored
        on stored.record_id = ranked.record_id and stored.source = (%(names)s::text[])[ranked.source]
    where ranked.place <= %(best)s or ranked.strong
    order by ranked.worth desc, record_id
"""


class Candidate(NamedTuple):
    """A record that shares a key with what is asked about; `is_strong` when that key may decide alone.

    `text` is its normal form as it is stored: most candidates are passed over by their name.
    """

    source: str
    record_id: int
    text: str
    is_strong: bool


def found(
    wanted: Collection[int], *, sources: Iterable[str], limit_per_key: int = PER_KEY, most: int = MOST
) -> list[Candidate]:
    """Records that share one of the keys, the likeliest first, with their normal forms. One statement, bounded work."""
    names = list(sources)
    asked = [(number, key ^ salt(source)) for number, source in enumerate(names, 1) for key in wanted]
    kinds = [kind_of(key) for _source, key in asked]
    values: dict[str, str | int] = {
        "names": _array(names),
        "sources": _array(source for source, _key in asked),
        "keys": _array(key for _source, key in asked),
        "worth": _array(worth_of(key) for _source, key in asked),
        "most": _array(limit_per_key * _TIMES.get(kind, 1) for kind in kinds),
        "strong": _array(kind in STRONG for kind in kinds),
        "best": most,
    }
    with connection.cursor() as cursor, planned_once():
        cursor.execute(_CANDIDATES, values)
        return [Candidate(names[at - 1], pk, text, strong) for at, pk, text, strong in cursor.fetchall()]


def _array(values: Iterable[object]) -> str:
    """As text: for many numbers the driver's own way is slow."""
    return f"{{{','.join(map(str, values))}}}"


def candidates(
    identity: Identity, *, sources: Iterable[str], limit_per_key: int = PER_KEY, most: int = MOST
) -> dict[str, set[int]]:
    """Record ids by source, each of which shares a key with the identity. One statement, bounded work."""
    return candidates_by_keys(keys(normalise(identity)), sources=sources, limit_per_key=limit_per_key, most=most)


def candidates_by_keys(
    wanted: Iterable[int], *, sources: Iterable[str], limit_per_key: int = PER_KEY, most: int = MOST
) -> dict[str, set[int]]:
    """As `candidates`, for keys that the caller holds already, such as those it has locked."""
    grouped: dict[str, set[int]] = defaultdict(set)
    for each in found(list(wanted), sources=sources, limit_per_key=limit_per_key, most=most):
        grouped[each.source].add(each.record_id)
    return dict(grouped)


def matches(
    identity: Identity, *, source: str, apart: bool = False, certain: bool = False, thresholds: Thresholds = SHIPPED
) -> list[tuple[int, Match]]:
    """Record ids of a source and how they match, the likeliest first, from the stored forms alone. One statement.

    `apart` says that each record is a company of its own: then it is known whose domain is whose. `certain` asks
    for those alone that may block.
    """
    asked = normalise(identity)
    wanted = deciding(asked, thresholds.block_from) if certain else keys(asked)
    known = worth_weighing(asked, found(wanted, sources=[source]))
    return weighed(identity, asked, known, apart=apart, thresholds=thresholds)


def weighed(
    asked: Identity, normal: Normalised, known: list[Candidate], *, apart: bool, thresholds: Thresholds = SHIPPED
) -> list[tuple[int, Match]]:
    """How the candidates match what is asked about, the likeliest first; without those that nothing connects."""
    forms = [read(each.text) for each in known]
    tenants = _tenants(forms) if apart else {}
    return _in_order(
        (
            each.record_id,
            compare(
                *(asked, normal, form),
                under_domain=len(tenants.get(form.domain, ())),
                is_found=True,
                thresholds=thresholds,
            ),
        )
        for each, form in zip(known, forms, strict=True)
    )


def worth_weighing(normal: Normalised, known: list[Candidate]) -> list[Candidate]:
    """The best of what was found, by their keys and by their letters, and whoever shares what may decide alone."""
    names = [name_of(each.text) for each in known]
    alike = process.extract(normal.name_key, names, scorer=fuzz.token_ratio, processor=None, limit=WEIGHED)
    chosen = {place for _name, _score, place in alike}
    return [each for place, each in enumerate(known) if place < WEIGHED or place in chosen or each.is_strong]


def rank(
    identity: Identity, records: Iterable[tuple[T, Identity]], *, thresholds: Thresholds = SHIPPED
) -> list[tuple[T, Match]]:
    """Candidates of one source, each a company of its own, the likeliest first. Knows whose domain is whose."""
    asked = normalise(identity)
    normal = [(record, normalise(other)) for record, other in records]
    tenants = _tenants(form for _record, form in normal)
    scored = [
        (record, compare(identity, asked, form, under_domain=len(tenants[form.domain]), thresholds=thresholds))
        for record, form in normal
    ]
    return _in_order(scored)


def _in_order(scored: Iterable[tuple[T, Match]]) -> list[tuple[T, Match]]:
    return sorted((pair for pair in scored if pair[1].evidence), key=lambda pair: (-pair[1].score, -pair[1].closeness))


def _tenants(records: Iterable[Normalised]) -> dict[str, set[str]]:
    """The names under each domain."""
    named: dict[str, set[str]] = defaultdict(set)
    for record in records:
        named[record.domain].add(record.name_key)
    return named
