"""What the rules say of a decision, and what differs under others. Plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deals.conflicts import rules as conflicts
from deals.conflicts.cases import Case
from deals.precedence import CLAUSE_OF, ORDER, weights_of
from deals.registrations.rules import rate
from deals.rulebook import DealRules
from prm.policy.shape import differing, flat

FREE, OVERRIDE, PROTECTED = "free", "override", "protected"
# Aspects of a decision, in the order in which they are told, and the clause that speaks of each.
ADVICE, REASON, WAY, PROTECTION, EARNINGS = "advice", "reason", "way", "protection", "rate"
CLAUSES = {PROTECTION: "4.1", EARNINGS: "5.1"}


@dataclass(frozen=True)
class Decided:
    """What a person decided. `products` are ids of the approved lines; empty for a rejection."""

    approved: bool
    products: frozenset[int] = frozenset()
    motion: str = ""
    engagement: str = ""
    opportunity: str = ""
    # False for an approval without a protection.
    protected: bool = True
    # The registration of another partner that shares the protection, if one does.
    beside: str = ""


@dataclass(frozen=True)
class Ruling:
    """What follows from one version of the rules.

    `way` is whether the approval was free, needed an override or was impossible; `rate` and `days` are those of an
    approval, "" and 0 for a rejection. `bands` is the weight of each finding by (kind, id of its subject).
    """

    advice: str
    because: tuple[str, ...]
    way: str
    rate: str
    days: int
    bands: Mapping[tuple[str, str], str]

    @property
    def first(self) -> str:
        """The kind that is named first."""
        return self.because[0] if self.because else ""

    @property
    def clause(self) -> str:
        return CLAUSE_OF[self.first] if self.because else ""


@dataclass(frozen=True)
class Difference:
    """One aspect before and after; `why` names the findings and values that make it, `clause` what speaks of it."""

    aspect: str
    before: str
    after: str
    clause: str
    why: tuple[str, ...]


def ruling(case: Case, decided: Decided, deal_rules: DealRules) -> Ruling:
    found = case.found(deal_rules)
    advice = conflicts.recommend(found, weights_of(deal_rules.precedence))
    return Ruling(
        advice=advice.outcome,
        because=advice.because,
        way=_way(found, decided),
        rate=_rate(decided, deal_rules),
        days=deal_rules.protection_days if decided.approved and decided.protected else 0,
        bands={(f.kind, f.subject[1]): f.band for f in found},
    )


def _way(found: list[conflicts.Found], decided: Decided) -> str:
    if not decided.approved:
        return FREE
    found = [finding for finding in found if finding.subject != ("deal", decided.beside)]
    if conflicts.protection_in_the_way(found, decided.products):
        return PROTECTED
    return OVERRIDE if conflicts.needs_override(found, decided.products) else FREE


def _rate(decided: Decided, deal_rules: DealRules) -> str:
    if not decided.approved:
        return ""
    about = {"motion": decided.motion, "engagement": decided.engagement, "opportunity": decided.opportunity}
    return f"{rate(**about, rules=deal_rules).normalize():f}"


def differences(before: Ruling, after: Ruling, own: DealRules, other: DealRules) -> list[Difference]:
    """What is another under the other rules; nothing when only the order of hints is."""
    found: list[Difference] = []
    changed = _changed(own, other)
    weighed = (*_findings(before, after), *_values(changed, "precedence.", "hoarding_"))
    clause = after.clause or before.clause
    if before.advice != after.advice:
        found.append(Difference(ADVICE, before.advice, after.advice, clause, weighed))
    elif before.first != after.first:
        found.append(Difference(REASON, before.first, after.first, clause, weighed))
    if before.way != after.way:
        found.append(Difference(WAY, before.way, after.way, clause, weighed))
    if before.days != after.days:
        why = _values(changed, "protection_days")
        found.append(Difference(PROTECTION, str(before.days), str(after.days), CLAUSES[PROTECTION], why))
    if before.rate != after.rate:
        why = _values(changed, "rate_", "renewal_share")
        found.append(Difference(EARNINGS, before.rate, after.rate, CLAUSES[EARNINGS], why))
    return found


def _changed(own: DealRules, other: DealRules) -> dict[str, tuple[Any, Any]]:
    old, new = (flat(values.model_dump(mode="json")) for values in (own, other))
    return {path: (old[path], new[path]) for path in differing(own, other)}


def _findings(before: Ruling, after: Ruling) -> tuple[str, ...]:
    """`named_account: review > block`, the gravest first; a finding that there is not is `none`."""
    keys = sorted(before.bands.keys() | after.bands.keys())
    moved = [(key, before.bands.get(key, "none"), after.bands.get(key, "none")) for key in keys]
    told = [(f"{kind}: {was} > {now}", now) for (kind, _subject), was, now in moved if was != now]
    ranked = sorted(told, key=lambda item: (ORDER.get(item[1], len(ORDER)), item[0]))
    return tuple(dict.fromkeys(sentence for sentence, _band in ranked))


def _values(changed: Mapping[str, tuple[Any, Any]], *prefixes: str) -> tuple[str, ...]:
    return tuple(f"{path}: {was} > {now}" for path, (was, now) in changed.items() if path.startswith(prefixes))


def plain(given: Ruling) -> dict[str, Any]:
    """As JSON keeps it; see also: read."""
    bands = [[*key, band] for key, band in sorted(given.bands.items())]
    return {
        "advice": given.advice,
        "because": list(given.because),
        "way": given.way,
        "rate": given.rate,
        "days": given.days,
        "bands": bands,
    }


def read(kept: Mapping[str, Any]) -> Ruling:
    bands = {(kind, subject): band for kind, subject, band in kept["bands"]}
    return Ruling(**{**kept, "because": tuple(kept["because"]), "bands": bands})
