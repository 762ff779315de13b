"""Same customer? Same opportunity? Who prevails? Plain values in, findings out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from deals.rulebook import CLAUSE_OF
from prm.matching import Match

BLOCK, REVIEW, HINT = "block", "review", "hint"
_ORDER = {BLOCK: 0, REVIEW: 1, HINT: 2}
PROTECTION, EARLIER, LATER = "rival_protection", "earlier_registration", "later_registration"
NAMED, EXISTING, KNOWN, THIN = "named_account", "existing_customer", "known_account", "thin_evidence"

Place = tuple[datetime, int]
Evidence = tuple[str, str]  # (rule, sentence)


@dataclass(frozen=True)
class Asked:
    """The registration that is assessed. `products` are ids of product lines."""

    place: Place
    products: frozenset[int]
    opportunity: str
    has_proof: bool  # a website of its own, a company mailbox or a tax number


@dataclass(frozen=True)
class Rival:
    """Another partner's open registration for what may be the same customer.

    `band`, `score` and `ceiling` are the matcher's; `protected` holds the ids of the product lines it protects now,
    `through` is the account by which it was found, if not by its own description.
    """

    id: str
    place: Place
    products: frozenset[int]
    opportunity: str
    protected: frozenset[int]
    undecided: bool
    band: str
    score: float
    evidence: tuple[Evidence, ...]
    ceiling: str = BLOCK
    through: str = ""


@dataclass(frozen=True)
class Customer:
    """An account that may be the same customer."""

    id: str
    named: bool
    existing: bool
    band: str
    score: float
    evidence: tuple[Evidence, ...]
    ceiling: str = BLOCK


@dataclass(frozen=True)
class Found:
    """`band` is what the finding weighs, `matched` what the matcher says; `ceiling` is the most it may ever say."""

    kind: str
    band: str
    score: float
    evidence: tuple[Evidence, ...]
    subject: tuple[str, str] = ("", "")
    overlap: frozenset[int] = field(default_factory=frozenset)
    matched: str = HINT
    ceiling: str = BLOCK
    through: str = ""

    @property
    def clause(self) -> str:
        return CLAUSE_OF[self.kind]


@dataclass(frozen=True)
class Recommendation:
    """What the rules suggest: outcome, the kinds it rests on, and what would change it."""

    outcome: str
    because: tuple[str, ...]
    unless: tuple[str, ...]


def assess(asked: Asked, rivals: Iterable[Rival], customers: Iterable[Customer]) -> list[Found]:
    """All findings, the gravest first."""
    found = [_rival(asked, rival) for rival in rivals]
    found += [finding for customer in customers for finding in _customer(customer)]
    if not asked.has_proof:
        found.append(Found(THIN, HINT, 0.0, (("thin", "No own web domain, company mailbox or tax number is given."),)))
    return sorted(found, key=lambda f: (_ORDER[f.band], -f.score, f.kind, f.subject))


def _rival(asked: Asked, rival: Rival) -> Found:
    kind, band, overlap = _weighed(asked, rival)
    subject = ("deal", rival.id)
    return Found(
        *(kind, band, rival.score, rival.evidence, subject, overlap),
        matched=rival.band,
        ceiling=rival.ceiling,
        through=rival.through,
    )


def _weighed(asked: Asked, rival: Rival) -> tuple[str, str, frozenset[int]]:
    """Kind, band and the products that both are about."""
    if held := rival.protected & asked.products:
        # Same customer and product: whoever holds it prevails; a weak match is for a person to judge.
        return PROTECTION, rival.band, held
    overlap = asked.products & rival.products
    if not overlap or not rival.undecided:
        return _line(asked, rival), HINT, overlap
    if rival.place > asked.place:
        return LATER, HINT, overlap
    return EARLIER, _same_opportunity(asked, rival), overlap


def _line(asked: Asked, rival: Rival) -> str:
    return LATER if rival.place > asked.place else EARLIER


def _same_opportunity(asked: Asked, rival: Rival) -> str:
    """A renewal and new business with the same customer are two opportunities; a person decides."""
    if rival.band == BLOCK and (asked.opportunity == "renewal") != (rival.opportunity == "renewal"):
        return REVIEW
    return rival.band


def _customer(customer: Customer) -> list[Found]:
    subject = ("account", customer.id)
    kinds = [kind for kind, is_so in ((NAMED, customer.named), (EXISTING, customer.existing)) if is_so]
    # People have judged that it is another one: then it is not for review any more.
    band = HINT if not kinds or customer.ceiling == HINT else REVIEW
    return [
        Found(
            *(kind, band, customer.score, customer.evidence, subject),
            matched=customer.band,
            ceiling=customer.ceiling,
        )
        for kind in kinds or [KNOWN]
    ]


def weight(match: Match) -> tuple[int, float]:
    """Of two ways to find the same rival the graver one counts."""
    return -_ORDER[match.band], match.score


def protection_in_the_way(found: Iterable[Found], products: frozenset[int]) -> Found | None:
    """A protection always stops an approval of what it covers."""
    return next((f for f in found if f.kind == PROTECTION and f.band == BLOCK and f.overlap & products), None)


def needs_override(found: Iterable[Found], products: frozenset[int]) -> Found | None:
    """Another blocking finding on an overlapping product stops an approval unless a reason is given."""
    return next((f for f in found if f.kind != PROTECTION and f.band == BLOCK and f.overlap & products), None)


def same_account(found: Sequence[Found]) -> str | None:
    """The account that is certainly the same customer: the best match, if it is of the blocking strength."""
    certain = (f for f in found if f.subject[0] == "account" and f.matched == BLOCK)
    best = max(certain, key=lambda f: f.score, default=None)
    return best.subject[1] if best else None


def recommend(found: Sequence[Found]) -> Recommendation:
    blocks = [f for f in found if f.band == BLOCK]
    reviews = [f for f in found if f.band == REVIEW]
    if any(f.kind == PROTECTION for f in blocks):
        return Recommendation("reject", _kinds(blocks), ("other_products", "not_the_same"))
    if blocks:
        return Recommendation("wait", _kinds(blocks), ("earlier_ends", "other_products", "not_the_same"))
    if reviews:
        return Recommendation("ask", _kinds(reviews), ("not_the_same",))
    return Recommendation("exclusive", (), ())


def _kinds(found: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.kind for f in found))
