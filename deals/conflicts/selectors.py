"""Who else is after this customer: gathered from the match keys, handed to the rules as plain values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from deals.conflicts import rules
from deals.products.models import ProductLine
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationLine
from deals.registrations.states import OPEN, State
from partners.customers.selectors import accounts_like
from partners.models import Account
from prm import matching
from prm.questions import Question

SOURCE = "registration"

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


def own_duplicate(registration: Registration) -> Registration | None:
    """An open registration of the same organisation for certainly the same customer and one of the products."""
    products = product_ids(registration)
    for other, match in _alike(registration, lambda ids: _own.all(registration.partner_id, registration.pk, ids)):
        if match.band == rules.BLOCK and products & product_ids(other) and _same_kind(registration, other):
            return other
    return None


def _same_kind(one: Registration, other: Registration) -> bool:
    return (one.opportunity == "renewal") == (other.opportunity == "renewal")


def findings_for(registration: Registration, *, now: datetime) -> list[rules.Found]:
    """Assess the registration against accounts, protections and every other registration, as of now."""
    if registration.place is None:
        raise ValueError("a draft has no place in line to assess")
    customers = accounts_like(registration.identity)
    rivals = _rivals(registration, customers, now)
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
    registration: Registration, among: Callable[[list[int]], list[Registration]]
) -> list[tuple[Registration, matching.Match]]:
    """Always one query more, so that the time taken tells of nobody."""
    found = matching.matches(registration.identity, source=SOURCE)
    notable = {pk: match for pk, match in found if match.is_notable}
    return [(row, notable[row.pk]) for row in among(sorted(notable))]


def _rivals(
    registration: Registration, customers: list[tuple[Account, matching.Match]], now: datetime
) -> list[Rivalry]:
    """Other partners' registrations: alike by themselves, or holding a protection on an account that is alike."""
    found = _alike(registration, lambda ids: _others.all(registration.partner_id, ids))
    matches = {row.pk: (row, match) for row, match in found}
    by_account = {account.pk: match for account, match in customers}
    holding = Protection.objects.holding(now).exclude(registration__partner=registration.partner)
    for protection in holding.filter(account__in=by_account).select_related("registration"):
        known = matches.get(protection.registration_id)
        match = by_account[protection.account_id]
        if known is None or known[1].score < match.score:
            matches[protection.registration_id] = (protection.registration, match)
    protected = _protected(matches, now)
    named = _named(matches)
    return [
        Rivalry(row, match, named.get(pk, frozenset()), protected.get(pk, frozenset()))
        for pk, (row, match) in matches.items()
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
    )


def _customer(account: Account, match: matching.Match) -> rules.Customer:
    return rules.Customer(
        id=account.public_id,
        named=account.named_account,
        existing=account.customer_since is not None,
        band=str(match.band),
        score=match.score,
        evidence=_evidence(match),
    )


def _evidence(match: matching.Match) -> tuple[rules.Evidence, ...]:
    return tuple((item.rule, str(item.text)) for item in match.evidence)
