"""Figures of what people said of pairs, and the cases behind them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Func, Q, QuerySet

from deals.conflicts.models import Finding
from deals.conflicts.selectors import SOURCE
from deals.quality.rules import Group, Move, Precision, RulePrecision, by_band, most_wrong_first, moves
from deals.registrations.models import Registration
from partners.customers.models import SOURCE as ACCOUNTS
from partners.models import Account
from prm.accounts.models import User
from prm.matching import Band, Thresholds
from prm.matching.feedback.models import Judgement
from prm.matching.feedback.rules import Record
from prm.matching.rulebook import SCHEMA, MatchingRules, in_force
from prm.policy.models import PolicyVersion
from prm.policy.selectors import Current, values_of

EXAMPLES = 5


@dataclass(frozen=True)
class Case:
    """One pair as a line: what to call it, and where it is compared (None: not by this reader)."""

    label: str
    deal: str
    other: str


@dataclass(frozen=True)
class Moved:
    move: Move
    examples: list[Case]


@dataclass(frozen=True)
class Trial:
    """What the thresholds `then` would make of everything that was judged and found so far."""

    now: Thresholds
    then: Thresholds
    before: dict[Band, Precision]
    after: dict[Band, Precision]
    judged: list[Moved]
    found: list[Moved]


def by_rule() -> list[RulePrecision]:
    """A pair counts for each rule that spoke for it. One query."""
    rows = Judgement.objects.annotate(rule=Func(F("rules"), function="unnest")).values("rule", "verdict")
    counted: dict[str, dict[str, int]] = {}
    for row in rows.annotate(count=Count("pk")).order_by():
        counted.setdefault(row["rule"], {})[row["verdict"]] = row["count"]
    return most_wrong_first(
        RulePrecision(rule, Precision(count.get("same", 0), count.get("different", 0)))
        for rule, count in counted.items()
    )


def judged_groups() -> list[Group]:
    rows = Judgement.objects.values("score", "ceiling", "verdict").annotate(count=Count("pk")).order_by()
    return [Group(float(row["score"]), Band(row["ceiling"]), row["count"], row["verdict"]) for row in rows]


def found_groups() -> list[Group]:
    """Of all stored findings about somebody: scores have two digits, so that a million findings are few groups."""
    rows = Finding.objects.exclude(subject_type="").values("score", "ceiling").annotate(count=Count("pk")).order_by()
    return [Group(float(row["score"]), Band(row["ceiling"]), row["count"]) for row in rows]


def trial(then: Thresholds, *, reader: User, now: datetime) -> Trial:
    """Two queries, and a few for the examples of each change."""
    before, judged = in_force(now).values.thresholds, judged_groups()
    return Trial(
        now=before,
        then=then,
        before=by_band(judged, before),
        after=by_band(judged, then),
        judged=[Moved(move, cases(_judged_like(move), reader)) for move in moves(judged, before, then)],
        found=[Moved(move, _findings_like(move, reader)) for move in moves(found_groups(), before, then)],
    )


def _like(move: Move) -> Q:
    either = Q(pk__in=[])
    for ceiling, scores in move.scores.items():
        either |= Q(ceiling=ceiling, score__in=[str(score) for score in scores])
    return either


def _judged_like(move: Move) -> list[Judgement]:
    return list(Judgement.objects.filter(_like(move)).order_by("-judged_at", "-pk")[:EXAMPLES])


def _findings_like(move: Move, reader: User) -> list[Case]:
    visible = Registration.objects.visible_to(reader)
    rows = Finding.objects.filter(_like(move), registration__in=visible).exclude(subject_type="")
    newest = rows.select_related("registration").order_by("-pk")[:EXAMPLES]
    return [
        Case(
            f"{row.registration.reference} · {row.registration.customer_name}",
            row.registration.public_id,
            row.subject_id,
        )
        for row in newest
    ]


def cases(rows: Iterable[Judgement], reader: User) -> list[Case]:
    """In the order of the rows; two queries for all of them."""
    judgements = list(rows)
    records = {record for row in judgements for record in row.pair}
    deals = Registration.objects.visible_to(reader).filter(pk__in=_ids(records, SOURCE))
    accounts = Account.objects.visible_to(reader).filter(pk__in=_ids(records, ACCOUNTS))
    named: dict[Record, tuple[str, str]] = {
        (SOURCE, pk): (public_id, f"{reference} · {name}")
        for pk, public_id, reference, name in deals.values_list("pk", "public_id", "reference", "customer_name")
    }
    named |= {
        (ACCOUNTS, pk): (public_id, name) for pk, public_id, name in accounts.values_list("pk", "public_id", "name")
    }
    return [_case(row, named) for row in judgements]


def _ids(records: Iterable[Record], source: str) -> list[int]:
    return sorted(record_id for where, record_id in records if where == source)


def _case(row: Judgement, named: Mapping[Record, tuple[str, str]]) -> Case:
    """Compared from the registration of the two, so the second one of a pair comes first."""
    second, first = (named.get(record, ("", "–")) for record in row.pair)
    is_deal = row.source_b == SOURCE
    return Case(f"{first[1]} – {second[1]}", first[0] if is_deal else "", second[0])


def judged_pairs(rule: str = "", verdict: str = "") -> QuerySet[Judgement]:
    rows = Judgement.objects.select_related("judged_by")
    if rule:
        rows = rows.filter(rules__contains=[rule])
    return rows.filter(verdict=verdict) if verdict else rows


def versions() -> list[Current[MatchingRules]]:
    """All versions of the thresholds, the newest first."""
    rows = PolicyVersion.objects.filter(schema=SCHEMA).select_related("published_by").order_by("-number")
    return [Current(row, values_of(row, MatchingRules)) for row in rows]
