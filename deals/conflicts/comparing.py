"""A registration beside what it may be the same as: field by field, rule by rule, and what would change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from deals.conflicts.models import Finding
from deals.conflicts.selectors import SOURCE
from deals.events import SUBJECT
from deals.registrations.models import Registration
from partners.customers.models import SOURCE as ACCOUNTS
from partners.customers.models import Account
from partners.customers.policies import can_read_all
from prm.accounts.models import User
from prm.matching import Identity, Match, Normalised, compare, normalise
from prm.matching.counterfactuals import Change, changes
from prm.matching.feedback.actions import Side
from prm.matching.feedback.models import Judgement
from prm.matching.feedback.rules import decided
from prm.matching.feedback.selectors import judgement_of
from prm.matching.rulebook import MatchingRules, in_force
from prm.matching.rules import TENANTS
from prm.policy.selectors import Current
from prm.portal.sockets import SUBJECTS, SubjectLink

Other = Registration | Account
SAME, DIFFERS, UNKNOWN = "same", "differs", "unknown"


@dataclass(frozen=True)
class Line:
    """One field of both sides. `mark`: the same after normalising, not the same, or not known on both sides."""

    field: str
    label: str | Promise
    ours: str
    theirs: str
    mark: str


@dataclass(frozen=True)
class Comparison:
    """`match` is the engine's own answer, `counted` the one that counts after what people said."""

    registration: Registration
    other: Other
    link: SubjectLink | None
    lines: list[Line]
    match: Match
    counted: Match
    changes: tuple[Change, ...]
    policy: Current[MatchingRules]
    judgement: Judgement | None
    holds: bool
    finding: Finding | None
    through: SubjectLink | None

    @property
    def subject(self) -> dict[str, str]:
        return {
            "type": type_of(self.other),
            "id": self.other.public_id,
            "label": self.link.label if self.link else str(self.other),
        }

    @property
    def version(self) -> int:
        """Of the judgement that was read; 0 when there is none."""
        return self.judgement.version if self.judgement else 0

    @property
    def may_be_judged(self) -> bool:
        """What nothing connects is no pair, unless people have connected it."""
        return self.match.is_notable or self.finding is not None or self.judgement is not None


def type_of(other: Other) -> str:
    return SUBJECT if isinstance(other, Registration) else "account"


def side_of(noun: Other) -> Side:
    return Side((SOURCE if isinstance(noun, Registration) else ACCOUNTS, noun.pk), noun.identity)


def other_of(registration: Registration, public_id: str, *, reader: User) -> Other | None:
    """What the id names, if the reader may see the whole of it; without one the gravest finding's."""
    if not public_id:
        gravest = registration.findings.exclude(subject_type="").first()
        public_id = gravest.subject_id if gravest else ""
    rows = Registration.objects.visible_to(reader).exclude(pk=registration.pk).with_people()
    if (found := rows.filter(public_id=public_id).first()) is not None:
        return found
    return Account.objects.visible_to(reader).filter(public_id=public_id).first() if can_read_all(reader) else None


def match_of(registration: Registration, other: Other, policy: Current[MatchingRules]) -> Match:
    """What the engine says of the two under that version, whatever people said."""
    mine, theirs = registration.identity, other.identity
    return compare(
        *(mine, normalise(mine), normalise(theirs)),
        under_domain=_under_domain(other),
        thresholds=policy.values.thresholds,
    )


def compared(registration: Registration, other: Other, *, reader: User, now: datetime) -> Comparison:
    policy = in_force(now)
    match = match_of(registration, other, policy)
    mine, theirs = side_of(registration), side_of(other)
    said = judgement_of(mine.record, theirs.record)
    holds = said is not None and said.holds(mine.record, mine.identity, theirs.identity)
    finding = registration.findings.filter(subject_type=type_of(other), subject_id=other.public_id).first()
    through = finding.through if finding else ""
    return Comparison(
        registration=registration,
        other=other,
        link=_link(type_of(other), other.public_id, reader),
        lines=lines(mine.identity, theirs.identity),
        match=match,
        counted=decided(match, said.verdict) if said and holds else match,
        changes=changes(
            *(mine.identity, theirs.identity),
            under_domain=_under_domain(other),
            thresholds=policy.values.thresholds,
        ),
        policy=policy,
        judgement=said,
        holds=holds,
        finding=finding,
        through=_link("account", through, reader) if through else None,
    )


def _under_domain(other: Other) -> int:
    """How many known customers share the domain; more than a few are not counted."""
    if not isinstance(other, Account) or not other.domain:
        return 1
    return Account.objects.filter(domain=other.domain).values("name_key").distinct().order_by()[:TENANTS].count()


def _link(kind: str, public_id: str, reader: User) -> SubjectLink | None:
    return SUBJECTS[kind](reader, [public_id]).get(public_id)


Key = Callable[[Normalised], Any]
# What stands beside each other, and in which normal form it is the same.
FIELDS: tuple[tuple[str, str | Promise, Key], ...] = (
    ("name", _("Name"), lambda normal: {name.replace(" ", "") for name in normal.names}),
    ("country", _("Country"), lambda normal: {normal.country}),
    ("city", _("City"), lambda normal: {normal.city_key}),
    ("website", _("Website"), lambda normal: {normal.domain}),
    ("email", _("Contact's e-mail"), lambda normal: {normal.domain}),
    ("tax_number", _("Tax number"), lambda normal: {normal.tax_key}),
)


def lines(ours: Identity, theirs: Identity) -> list[Line]:
    """The fields that at least one of the two tells."""
    a, b = normalise(ours), normalise(theirs)
    rows = [
        Line(field, label, getattr(ours, field).strip(), getattr(theirs, field).strip(), _mark(key(a), key(b)))
        for field, label, key in FIELDS
    ]
    names = "; ".join(theirs.former_names)
    rows += [Line("former_names", _("Other names"), "", names, SAME if _is_former(a, b) else UNKNOWN)] if names else []
    return [row if row.ours and row.theirs else _alone(row) for row in rows if row.ours or row.theirs]


def _is_former(a: Normalised, b: Normalised) -> bool:
    return a.name_key in b.former_keys


def _alone(row: Line) -> Line:
    """A website is the same as the domain of a mailbox; everything else is not known where one side says nothing."""
    if row.mark == SAME and row.field in {"website", "email", "former_names"}:
        return row
    return Line(row.field, row.label, row.ours, row.theirs, UNKNOWN)


def _mark(ours: set[str], theirs: set[str]) -> str:
    ours, theirs = ours - {""}, theirs - {""}
    if not ours or not theirs:
        return UNKNOWN
    return DIFFERS if ours.isdisjoint(theirs) else SAME
