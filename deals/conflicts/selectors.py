"""Who else is after this customer: gathered from the match keys, handed to the rules as plain values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from deals.conflicts import rules
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationLine
from deals.registrations.states import OPEN, State
from partners.customers.models import SOURCE as ACCOUNTS
from partners.customers.selectors import accounts_like
from partners.models import Account
from prm import matching
from prm.matching.feedback.selectors import Feedback, feedback_on
from prm.matching.rulebook import in_force
from prm.questions import Question

SOURCE = "registration"
Known = list[tuple[Account, matching.Match]]

_own = Question(
    lambda partner, but, ids: (
        Registration.objects.open().filter(partner=partner, pk__any_of=ids).exclude(pk=but).order_by()
    ),
    *(int, int, list),
)
_others = Question(
    lambda partner, ids: (
        Registration.objects.filter(state__in=[*OPEN, State.WON], pk__any_of=ids).exclude(partner=partner).order_by()
    ),
    *(int, list),
)


@dataclass(frozen=True)
class Rivalry:
    """Another registration and how it matches, with the line ids that it names and protects."""

    registration: Registration
    match: matching.Match
    named: frozenset[int]
    protected: frozenset[int]
    through: str = ""


@dataclass(frozen=True)
class Asking:
    """The registration that others are compared with, what people said of it, and the edges of the bands."""

    registration: Registration
    feedback: Feedback
    thresholds: matching.Thresholds

    def match(self, other: Registration, found: matching.Match) -> matching.Match:
        return self.feedback.on((SOURCE, other.pk), other.identity, found)


def asking(registration: Registration, now: datetime) -> Asking:
    """Two queries."""
    feedback = feedback_on((SOURCE, registration.pk), registration.identity)
    return Asking(registration, feedback, in_force(now).values.thresholds)


def own_duplicate(asked: Asking) -> Registration | None:
    """An open registration of the same organisation for certainly the same customer and one of the products."""
    registration, products = asked.registration, product_ids(asked.registration)
    own = _alike(asked, lambda ids: _own.all(registration.partner_id, registration.pk, ids), certain=True)
    for other, match in own:
        if match.band == rules.BLOCK and products & product_ids(other) and _same_kind(registration, other):
            return other
    return None


def _same_kind(one: Registration, other: Registration) -> bool:
    return (one.opportunity == "renewal") == (other.opportunity == "renewal")


def findings_for(registration: Registration, *, now: datetime, known: Known | None = None) -> list[rules.Found]:
    """Assess the registration against accounts, protections and every other registration, as of now.

    `known` are the accounts it is like, for callers that have asked for them already.
    """
    if registration.place is None:
        raise ValueError("a draft has no place in line to assess")
    others = asking(registration, now)
    customers = customers_like(others) if known is None else known
    rivals = _rivals(others, customers, now)
    asked = rules.Asked(
        place=registration.place,
        products=product_ids(registration),
        opportunity=registration.opportunity,
        has_proof=_has_proof(registration),
    )
    return rules.assess(asked, [_rival(r) for r in rivals], [_customer(a, m) for a, m in customers])


def product_ids(registration: Registration) -> frozenset[int]:
    return frozenset(line.product_id for line in registration.lines.all())


def product_names(ids: Iterable[int]) -> dict[int, str]:
    return dict(ProductLine.objects.filter(pk__in=set(ids)).values_list("pk", "slug"))


def _alike(
    asked: Asking, among: Callable[[list[int]], list[Registration]], *, certain: bool = False
) -> list[tuple[Registration, matching.Match]]:
    """Always one query more, so that the time taken tells of nobody."""
    identity, thresholds = asked.registration.identity, asked.thresholds
    found = dict(matching.matches(identity, source=SOURCE, certain=certain, thresholds=thresholds))
    wanted = {pk for pk, match in found.items() if match.is_notable} | asked.feedback.others(SOURCE)
    rows = among(sorted(wanted))
    judged = ((row, asked.match(row, found.get(row.pk, matching.NOTHING))) for row in rows)
    return [(row, match) for row, match in judged if match.is_notable]


def customers_like(asked: Asking) -> Known:
    """The accounts that it could mean, after what people said of them, the likeliest first."""
    also = asked.feedback.others(ACCOUNTS)
    found = accounts_like(asked.registration.identity, thresholds=asked.thresholds, also=also)
    judged = ((row, asked.feedback.on((ACCOUNTS, row.pk), row.identity, match)) for row, match in found)
    return [(row, match) for row, match in judged if match.is_notable]


def _rivals(asked: Asking, customers: Known, now: datetime) -> list[Rivalry]:
    """Other partners' registrations: alike by themselves, or holding a protection on an account that is alike."""
    partner = asked.registration.partner_id
    found = _alike(asked, lambda ids: _others.all(partner, ids))
    matches = {row.pk: (row, match, "") for row, match in found}
    by_account = {account.pk: (account, match) for account, match in customers}
    if not matches and not by_account:
        return []
    holding = Protection.objects.holding(now).exclude(registration__partner=partner)
    for protection in holding.filter(account__in=by_account).select_related("registration"):
        account, match = by_account[protection.account_id]
        row = protection.registration
        # What people said of these two registrations counts for more than how one of them is held.
        match = asked.feedback.on((SOURCE, row.pk), row.identity, match)
        if row.pk not in matches or rules.weight(matches[row.pk][1]) < rules.weight(match):
            matches[row.pk] = (row, match, account.public_id)
    protected = _protected(matches, now)
    named = _named(matches)
    return [
        Rivalry(row, match, named.get(pk, frozenset()), protected.get(pk, frozenset()), through)
        for pk, (row, match, through) in matches.items()
        if row.is_open or pk in protected
    ]


def _protected(ids: Iterable[int], now: datetime) -> dict[int, frozenset[int]]:
    rows = Protection.objects.holding(now).filter(registration__in=list(ids))
    return _grouped(rows.values_list("registration_id", "product_id"))


def _named(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    lines = RegistrationLine.objects.filter(registration__in=list(ids))
    return _grouped(lines.values_list("registration_id", "product_id"))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    grouped: dict[int, frozenset[int]] = {}
    for key, product in pairs:
        grouped[key] = grouped.get(key, frozenset()) | {product}
    return grouped


def _has_proof(registration: Registration) -> bool:
    normal = matching.normalise(registration.identity)
    return bool(normal.domain or normal.tax_key)


def _rival(rivalry: Rivalry) -> rules.Rival:
    other = rivalry.registration
    if other.place is None:
        raise ValueError("an open registration has a place in line")
    return rules.Rival(
        id=other.public_id,
        place=other.place,
        products=rivalry.named,
        opportunity=other.opportunity,
        protected=rivalry.protected,
        undecided=other.is_undecided,
        band=str(rivalry.match.band),
        score=rivalry.match.score,
        evidence=_evidence(rivalry.match),
        ceiling=str(rivalry.match.ceiling),
        through=rivalry.through,
    )


def _customer(account: Account, match: matching.Match) -> rules.Customer:
    return rules.Customer(
        id=account.public_id,
        named=account.named_account,
        existing=account.customer_since is not None,
        band=str(match.band),
        score=match.score,
        evidence=_evidence(match),
        ceiling=str(match.ceiling),
    )


def _evidence(match: matching.Match) -> tuple[rules.Evidence, ...]:
    return tuple((item.rule, str(item.text)) for item in match.evidence)
