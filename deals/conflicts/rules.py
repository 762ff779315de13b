"""Same customer? Same opportunity? Who prevails? Plain values in, findings out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from deals.conflicts.incumbents import OfRecord, existing
from deals.precedence import (
    BLOCK,
    CLAUSE_OF,
    DIRECT,
    EARLIER,
    EMAIL,
    FIRST_REFUSAL,
    HINT,
    HOARDING,
    INCUMBENT,
    KNOWN,
    LATER,
    NAMED,
    ORDER,
    OUTSIDE,
    PROTECTION,
    REVIEW,
    SHIPPED,
    TENDER,
    THIN,
    Weights,
    weights_of,
)
from deals.rulebook import DealRules
from prm.matching import Match

Place = tuple[datetime, int]
Evidence = tuple[str, str]  # (rule, sentence)
SHIPPED_RULES = DealRules()
# Same opportunity or not: whoever was approved without a protection keeps nobody away.
OPEN_TO_OTHERS: Evidence = ("non_exclusive", "It is approved without a protection and keeps nobody away.")


@dataclass(frozen=True)
class Business:
    """How a partner's registrations stand: open ones with this, and of those closed in 12 months how many progressed.

    A deal has progressed that came to the customer's decision, whichever it was.
    """

    open: int = 0
    progressed: int = 0
    closed: int = 0


@dataclass(frozen=True)
class Agreement:
    """Countries and segments that the partner may sell in; empty means all."""

    regions: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tendered:
    """The customer published a tender; without products it is about all of them."""

    published_on: date
    source: str
    products: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Direct:
    """What our own sellers do at the customer: an open opportunity since that day, or a touch on it (`kind`).

    `before` tells whether it was entered before the registration took its place in line; `products` as of a tender.
    """

    kind: str
    on: date
    before: bool
    products: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Asked:
    """The registration that is assessed. `products` are ids of product lines."""

    place: Place
    products: frozenset[int]
    opportunity: str
    has_proof: bool  # a website of its own, a company mailbox or a tax number
    registered_on: date | None = None
    country: str = ""
    segment: str = ""
    mail: str = ""  # "" for a usable or no address, "throwaway" or "incomplete"
    agreement: Agreement = Agreement()
    business: Business = Business()


@dataclass(frozen=True)
class Rival:
    """Another partner's open registration for what may be the same customer.

    `band`, `score` and `ceiling` are the matcher's; `protected` holds the ids of the product lines it protects now and
    `until` the end of that, `through` is the account by which it was found, if not by its own description;
    `non_exclusive` was approved without a protection. `refusal` are the lines of which it has first refusal, until
    then.
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
    until: datetime | None = None
    non_exclusive: bool = False
    refusal: frozenset[int] = frozenset()


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
    tenders: tuple[Tendered, ...] = ()
    direct: tuple[Direct, ...] = ()
    of_record: OfRecord | None = None


@dataclass(frozen=True)
class Found:
    """`band` is what the finding weighs, `matched` what the matcher says; `ceiling` is the most it may ever say.

    `until` is when what stands in the way ends by itself, if it does.
    """

    kind: str
    band: str
    score: float
    evidence: tuple[Evidence, ...]
    subject: tuple[str, str] = ("", "")
    overlap: frozenset[int] = field(default_factory=frozenset)
    matched: str = HINT
    ceiling: str = BLOCK
    through: str = ""
    until: datetime | None = None

    @property
    def clause(self) -> str:
        return CLAUSE_OF[self.kind]


@dataclass(frozen=True)
class Recommendation:
    """What the rules suggest: outcome, the kinds it rests on, and what would change it."""

    outcome: str
    because: tuple[str, ...]
    unless: tuple[str, ...]


def assess(
    asked: Asked, rivals: Iterable[Rival], customers: Iterable[Customer], rules: DealRules = SHIPPED_RULES
) -> list[Found]:
    """All findings under these rules, the gravest first."""
    weights = weights_of(rules.precedence)
    found = [_rival(asked, rival, weights) for rival in rivals]
    found += [finding for customer in customers for finding in _customer(asked, customer, weights, rules)]
    found += _alone(asked, rules, weights)
    return sorted(found, key=lambda f: (*weights.rank(f.kind, f.band), -f.score, f.kind, f.subject))


def _rival(asked: Asked, rival: Rival, weights: Weights) -> Found:
    kind, carried, overlap = _weighed(asked, rival)
    subject = ("deal", rival.id)
    told = (OPEN_TO_OTHERS,) if rival.non_exclusive and not rival.protected else ()
    return Found(
        *(kind, weights.limited(kind, carried), rival.score, (*told, *rival.evidence), subject, overlap),
        matched=rival.band,
        ceiling=rival.ceiling,
        through=rival.through,
        until=rival.until if kind in (PROTECTION, FIRST_REFUSAL) else None,
    )


def _weighed(asked: Asked, rival: Rival) -> tuple[str, str, frozenset[int]]:
    """Kind, the band that the evidence carries, and the products that both are about."""
    if held := rival.protected & asked.products:
        # Same customer and product: whoever holds it prevails; a weak match is for a person to judge.
        return PROTECTION, rival.band, held
    if refused := rival.refusal & asked.products:
        return FIRST_REFUSAL, rival.band, refused
    overlap = asked.products & rival.products
    if not overlap or not rival.undecided:
        return _line(asked, rival), HINT, overlap
    if rival.place > asked.place:
        return LATER, rival.band, overlap
    return EARLIER, _same_opportunity(asked, rival), overlap


def _line(asked: Asked, rival: Rival) -> str:
    return LATER if rival.place > asked.place else EARLIER


def _same_opportunity(asked: Asked, rival: Rival) -> str:
    """A renewal and new business with the same customer are two opportunities; a person decides."""
    if rival.band == BLOCK and (asked.opportunity == "renewal") != (rival.opportunity == "renewal"):
        return REVIEW
    return rival.band


def _customer(asked: Asked, customer: Customer, weights: Weights, rules: DealRules) -> list[Found]:
    subject = ("account", customer.id)
    kinds: list[tuple[str, tuple[Evidence, ...], str]] = [(NAMED, (), BLOCK)] if customer.named else []
    kinds += existing(asked.opportunity, is_existing=customer.existing, record=customer.of_record)
    tendered = [
        (TENDER, (("tender", _told(tender)),), BLOCK) for tender in customer.tenders if _is_after(asked, tender)
    ]
    # People have judged that it is another one: then it is not for review any more. Whoever is only like it is never
    # stopped by what we know of it.
    carried = HINT if customer.ceiling == HINT else BLOCK if customer.band == BLOCK else REVIEW
    # What was entered after the registration took its place is told, and takes no place from it.
    ours = [
        (item.kind, (("direct", _of_ours(item)),), BLOCK if item.before else HINT)
        for item in customer.direct
        if _meets(asked, item, rules)
    ]
    known = [*kinds, *tendered, *ours] or [(KNOWN, (), BLOCK)]
    return [
        Found(
            *(kind, weights.limited(kind, max(carried, most, key=ORDER.__getitem__)), customer.score),
            *((*told, *customer.evidence), subject, asked.products if kind == INCUMBENT else frozenset()),
            matched=customer.band,
            ceiling=customer.ceiling,
            until=customer.of_record.until if kind == INCUMBENT and customer.of_record else None,
        )
        for kind, told, most in known
    ]


def _meets(asked: Asked, ours: Direct, rules: DealRules) -> bool:
    if ours.products and not ours.products & asked.products:
        return False
    if ours.kind == DIRECT:
        return True
    days = (asked.registered_on - ours.on).days if asked.registered_on else rules.direct_touch_days
    return 0 <= days <= rules.direct_touch_days


def _of_ours(ours: Direct) -> str:
    day, late = ours.on.isoformat(), "" if ours.before else " It was entered after the registration."
    if ours.kind == DIRECT:
        return f"Our own sales have an open opportunity since {day}.{late}"
    return f"Our own sales were in touch with the customer on {day}.{late}"


def _is_after(asked: Asked, tender: Tendered) -> bool:
    """Registered on the day of the publication, or later, for something that it is about."""
    if asked.registered_on is None or asked.registered_on < tender.published_on:
        return False
    return not tender.products or bool(tender.products & asked.products)


def _told(tender: Tendered) -> str:
    return f"The need was published as a tender on {tender.published_on.isoformat()} ({tender.source})."


def _alone(asked: Asked, rules: DealRules, weights: Weights) -> list[Found]:
    """What is found without looking at anybody else."""
    said = {OUTSIDE: _outside(asked), HOARDING: _hoarding(asked.business, rules), EMAIL: _mail(asked)}
    if not asked.has_proof:
        said[THIN] = (("thin", "No own web domain, company mailbox or tax number is given."),)
    return [Found(kind, weights.limited(kind, BLOCK), 0.0, evidence) for kind, evidence in said.items() if evidence]


def _outside(asked: Asked) -> tuple[Evidence, ...]:
    """What is not known does not speak against it."""
    found, agreement = [], asked.agreement
    if agreement.regions and asked.country and asked.country not in agreement.regions:
        covered = ", ".join(sorted(agreement.regions))
        found.append(("territory", f"The customer is in {asked.country}; the agreement covers {covered}."))
    if agreement.segments and asked.segment and asked.segment not in agreement.segments:
        covered = ", ".join(sorted(agreement.segments))
        found.append(("segment", f"The customer's segment is {asked.segment}; the agreement covers {covered}."))
    return tuple(found)


def _hoarding(business: Business, rules: DealRules) -> tuple[Evidence, ...]:
    limit = open_before_a_look(business, rules)
    if business.open <= limit:
        return ()
    sentence = (
        f"The partner has {business.open} open registrations; up to {limit} are usual when {business.progressed} of "
        f"{business.closed} closed in 12 months came to a decision."
    )
    return (("hoarding", sentence),)


def open_before_a_look(business: Business, rules: DealRules) -> int:
    """How many open registrations are nothing to ask about. The size of the partner plays no part."""
    progressed = business.progressed + rules.hoarding_prior_progressed
    share = progressed / (business.closed + rules.hoarding_prior_closed)
    return rules.hoarding_base + int((rules.hoarding_span * share).quantize(Decimal(1), ROUND_HALF_UP))


MAIL_TOLD = {
    "throwaway": "The contact's e-mail address belongs to a service for throw-away mail.",
    "incomplete": "The domain of the contact's e-mail address cannot exist.",
}


def _mail(asked: Asked) -> tuple[Evidence, ...]:
    return (("mail", MAIL_TOLD[asked.mail]),) if asked.mail else ()


def weight(match: Match) -> tuple[int, float]:
    """Of two ways to find the same rival the graver one counts."""
    return -ORDER[match.band], match.score


def protection_in_the_way(found: Iterable[Found], products: frozenset[int]) -> Found | None:
    """A protection always stops an approval of what it covers."""
    return next((f for f in found if f.kind == PROTECTION and f.band == BLOCK and f.overlap & products), None)


def needs_override(found: Iterable[Found], products: frozenset[int]) -> Found | None:
    """Another blocking finding stops an approval unless a reason is given: of a rival, when it is about a product of
    the approval; of anything else always.
    """
    others = (f for f in found if f.kind != PROTECTION and f.band == BLOCK)
    return next((f for f in others if f.subject[0] != "deal" or f.overlap & products), None)


def same_account(found: Sequence[Found]) -> str | None:
    """The account that is certainly the same customer: the best match, if it is of the blocking strength."""
    certain = (f for f in found if f.subject[0] == "account" and f.matched == BLOCK)
    best = max(certain, key=lambda f: f.score, default=None)
    return best.subject[1] if best else None


# What to do about a kind that stands in the way, and what would change it.
ADVICE = {
    PROTECTION: "reject",
    EARLIER: "wait",
    FIRST_REFUSAL: "wait",
    OUTSIDE: "reject",
    TENDER: "reject",
    INCUMBENT: "reject",
}
UNLESS = {
    PROTECTION: ("other_products", "not_the_same"),
    EARLIER: ("earlier_ends", "other_products", "not_the_same"),
    FIRST_REFUSAL: ("refusal_ends", "other_products", "not_the_same"),
    INCUMBENT: ("record_changes", "other_products", "not_the_same"),
    OUTSIDE: ("agreement_extended",),
    TENDER: ("other_need",),
    HOARDING: ("fewer_open",),
    EMAIL: ("company_mailbox",),
    THIN: ("company_mailbox",),
}
BEFORE_A_LOOK = {OUTSIDE, TENDER, HOARDING, EMAIL, THIN}


def recommend(found: Sequence[Found], weights: Weights = SHIPPED) -> Recommendation:
    """What stands in the way decides, the kind that the rules name first before the others."""
    ranked = sorted(found, key=lambda f: weights.rank(f.kind, f.band))
    blocks = _kinds([f for f in ranked if f.band == BLOCK])
    reviews = _kinds([f for f in ranked if f.band == REVIEW])
    if blocks:
        return Recommendation(ADVICE.get(blocks[0], "ask"), blocks, UNLESS.get(blocks[0], ("not_the_same",)))
    if reviews:
        return Recommendation("ask", reviews, _unless(reviews, {kind: UNLESS[kind] for kind in BEFORE_A_LOOK}))
    return Recommendation("exclusive", (), ())


def _unless(kinds: Sequence[str], known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for kind in kinds for code in known.get(kind, ("not_the_same",))))


def _kinds(found: Sequence[Found]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f.kind for f in found))
