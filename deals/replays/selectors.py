"""Judging what was decided once more."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from deals.conflicts.cases import read as read_case
from deals.registrations.models import Registration
from deals.replays import rules
from deals.replays.models import DecisionBasis
from deals.rulebook import DealRules
from prm.policy.models import PolicyVersion
from prm.policy.selectors import values_of


@dataclass(frozen=True)
class Judged:
    """A decision, and in what it would differ; nothing where it would not."""

    registration: Registration
    differences: list[rules.Difference]


def bases(since: date | None = None) -> QuerySet[DecisionBasis]:
    """What can be replayed, in the order in which it was decided."""
    rows = DecisionBasis.objects.select_related("registration__policy").order_by("pk")
    return rows if since is None else rows.filter(registration__decided_at__date__gte=since)


def decided_without_basis(since: date | None = None) -> int:
    """Decisions from before their basis was kept."""
    rows = Registration.objects.filter(decided_at__isnull=False, basis=None)
    return rows.count() if since is None else rows.filter(decided_at__date__gte=since).count()


def judged(rows: Iterable[DecisionBasis], version: PolicyVersion | None) -> Iterator[Judged]:
    """Each under this version, or under its own. A version is read once, however many rest on it."""
    known: dict[int, DealRules] = {}
    for basis in rows:
        own_version = basis.registration.policy
        if own_version is None:
            raise AssertionError("a decision names its version")
        own = _values(own_version, known)
        other = own if version is None else _values(version, known)
        after = rules.ruling(read_case(basis.case), _decided(basis.decided), other)
        yield Judged(basis.registration, rules.differences(rules.read(basis.ruling), after, own, other))


def _values(version: PolicyVersion, known: dict[int, DealRules]) -> DealRules:
    if version.pk not in known:
        known[version.pk] = values_of(version, DealRules)
    return known[version.pk]


def _decided(kept: dict[str, Any]) -> rules.Decided:
    return rules.Decided(**{**kept, "products": frozenset(kept["products"])})
