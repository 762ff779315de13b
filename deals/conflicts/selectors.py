"""Who else is after this customer: gathered from the match keys, handed to the rules as plain values."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from deals.conflicts import rules
from deals.conflicts.asked import asked_of, asked_on, not_refused, product_ids
from deals.conflicts.cases import Case
from deals.conflicts.direct import direct_at
from deals.conflicts.incumbents import OfRecord
from deals.precedence import BLOCK
from deals.products.models import ProductLine
from deals.protections.models import Protection, ProtectionQuerySet
from deals.records.selectors import of_record_at
from deals.registrations.models import Registration, RegistrationLine
from deals.registrations.states import OPEN, Outcome, State
from deals.releases.models import FirstRefusal
from deals.releases.selectors import refusals_ahead
from deals.rulebook import SCHEMA, DealRules
from deals.teaming.models import Holder
from deals.tenders.models import Tender
from partners.customers.models import SOURCE as ACCOUNTS
from partners.customers.selectors import accounts_like
from partners.models import Account
from prm import matching
from prm.matching.feedback.selectors import Feedback, feedback_on
from prm.matching.rulebook import in_force
from prm.policy.selectors import Current, current
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
    """Another registration and how it matches, with the line ids that it names and protects, and its first refusal."""

    registration: Registration
    match: matching.Match
    named: frozenset[int]
    protected: frozenset[int]
    through: str = ""
    turn: FirstRefusal | None = None


@dataclass(frozen=True)
class Asking:
    """The registration that others are compared with, what people said of it, and the edges of the bands."""

    registration: Registration
    feedback: Feedback
    thresholds: matching.Thresholds

    def match(self, other: Registration, found: matching.Match) -> matching.Match:
        return self.feedback.on((SOURCE, other.pk), other.identity, found)


def asking(registration: Registration, now: datetime) -> Asking:
    """Two queries; of one that is not written yet nobody has said anything."""
    record = (SOURCE, registration.pk)
    if registration._state.adding:
        feedback = Feedback(record, registration.identity, {})
    else:
        feedback = feedback_on(record, registration.identity)
    return Asking(registration, feedback, in_force(now).values.thresholds)


def own_duplicate(asked: Asking, products: frozenset[int] = frozenset()) -> Registration | None:
    """An open registration of the same organisation for certainly the same customer and one of the products; of the
    `products` that are given, else of all of them."""
    registration, products = asked.registration, products or product_ids(asked.registration)
    own = _alike(asked, lambda ids: _own.all(registration.partner_id, registration.pk, ids), certain=True)
    for other, match in own:
        if match.band == BLOCK and products & not_refused(other) and _same_kind(registration, other):
            return other
    return None


def _same_kind(one: Registration, other: Registration) -> bool:
    return (one.opportunity == "renewal") == (other.opportunity == "renewal")


def findings_for(registration: Registration, *, now: datetime, known: Known | None = None) -> list[rules.Found]:
    """Assess the registration against accounts, protections and every other registration, as of now.

    `known` are the accounts it is like, for callers that have asked for them already.
    """
    return case_of(registration, now=now, known=known).found(rules_in_force(now).values)


def rules_in_force(now: datetime) -> Current[DealRules]:
    return current(SCHEMA, DealRules, now=now)


def case_of(registration: Registration, *, now: datetime, known: Known | None = None) -> Case:
    """Everything that its assessment rests on as of now, in plain values."""
    if registration.place is None:
        raise ValueError("a draft has no place in line to assess")
    others = asking(registration, now)
    customers = customers_like(others) if known is None else known
    rivals = _rivals(others, customers, now)
    accounts = [account.pk for account, _match in customers]
    tenders, direct = _tenders(accounts), direct_at(accounts, registration.place[0], asked_on(registration))
    records = _records(accounts, registration.partner_id, now)
    return Case(
        asked=asked_of(registration, now),
        rivals=tuple(_rival(rivalry) for rivalry in rivals),
        customers=tuple(
            _customer(account, match, tenders.get(account.pk, ()), direct.get(account.pk, ()), records.get(account.pk))
            for account, match in customers
        ),
    )


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
    """Other partners' registrations: alike by themselves, or holding a protection of an account that is alike, or its
    first refusal.
    """
    partner = asked.registration.partner_id
    found = _alike(asked, lambda ids: _others.all(partner, ids))
    matches = {row.pk: (row, match, "") for row, match in found}
    by_account = {account.pk: (account, match) for account, match in customers}
    if not matches and not by_account:
        return []
    held = [
        (row.registration, row.account_id)
        for row in _of_others(now, partner).filter(account__in=by_account).select_related("registration")
    ]
    turns = {turn.registration_id: turn for turn in refusals_ahead(partner, by_account, now)}
    held += [(turn.registration, turn.release.account_id) for turn in turns.values()]
    for row, customer in held:
        account, match = by_account[customer]
        # What people said of these two registrations counts for more than how one of them is held.
        match = asked.feedback.on((SOURCE, row.pk), row.identity, match)
        if row.pk not in matches or rules.weight(matches[row.pk][1]) < rules.weight(match):
            matches[row.pk] = (row, match, account.public_id)
    protected = _protected(matches, now, partner)
    named = _named(matches)
    return [
        Rivalry(row, match, named.get(pk, frozenset()), protected.get(pk, frozenset()), through, turns.get(pk))
        for pk, (row, match, through) in matches.items()
        if row.is_open or pk in protected or pk in turns
    ]


def _of_others(now: datetime, partner: int) -> ProtectionQuerySet:
    """What is protected, but neither for this partner alone nor for it together with another."""
    teams = Holder.objects.agreed().filter(registration__partner=partner).values("teaming")
    shared = Holder.objects.filter(teaming__in=teams).values("registration")
    held = Protection.objects.holding(now).exclude(registration__partner=partner)
    return held.exclude(registration__in=shared)


def _protected(ids: Iterable[int], now: datetime, partner: int) -> dict[int, frozenset[int]]:
    rows = _of_others(now, partner).filter(registration__in=list(ids))
    return _grouped(rows.values_list("registration_id", "product_id"))


def _named(ids: Iterable[int]) -> dict[int, frozenset[int]]:
    lines = RegistrationLine.objects.filter(registration__in=list(ids))
    return _grouped(lines.values_list("registration_id", "product_id"))


def _grouped(pairs: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    grouped: dict[int, frozenset[int]] = {}
    for key, product in pairs:
        grouped[key] = grouped.get(key, frozenset()) | {product}
    return grouped


def _tenders(accounts: list[int]) -> dict[int, tuple[rules.Tendered, ...]]:
    """Always one query, so that the time taken tells of nobody."""
    found: dict[int, tuple[rules.Tendered, ...]] = {}
    for row in Tender.objects.standing().filter(account__in=accounts).order_by("pk"):
        about = frozenset() if row.product_id is None else frozenset({row.product_id})
        told = rules.Tendered(row.published_on, row.source, about)
        found[row.account_id] = (*found.get(row.account_id, ()), told)
    return found


def _records(accounts: list[int], partner: int, now: datetime) -> dict[int, OfRecord]:
    found = of_record_at(accounts, now)
    return {account: OfRecord(own=holder == partner, until=until) for account, (holder, until) in found.items()}


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
        until=other.protected_until if rivalry.protected else rivalry.turn.due_at if rivalry.turn else None,
        non_exclusive=other.state == State.APPROVED and other.outcome == Outcome.NON_EXCLUSIVE,
        refusal=frozenset(rivalry.turn.release.products) if rivalry.turn else frozenset(),
    )


def _customer(
    account: Account,
    match: matching.Match,
    tenders: tuple[rules.Tendered, ...],
    direct: tuple[rules.Direct, ...],
    of_record: OfRecord | None,
) -> rules.Customer:
    return rules.Customer(
        id=account.public_id,
        named=account.named_account,
        existing=account.customer_since is not None,
        band=str(match.band),
        score=match.score,
        evidence=_evidence(match),
        ceiling=str(match.ceiling),
        tenders=tenders,
        direct=direct,
        of_record=of_record,
    )


def _evidence(match: matching.Match) -> tuple[rules.Evidence, ...]:
    return tuple((item.rule, str(item.text)) for item in match.evidence)
