from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from prm.accounts.models import Membership, Organisation, User
from prm.accounts.roles import Side
from prm.policy.actions import publish_defaults
from prm.policy.clauses import ChangedClause, compared, digest
from prm.policy.models import Acknowledgement, PolicyVersion
from prm.policy.papers import PAPERS, clauses_from, partner_schemas, text_of
from prm.policy.policies import can_acknowledge
from prm.policy.schemas import SCHEMAS, V, checked
from prm.policy.shape import differing, flat
from prm.questions import Question

in_force = Question(lambda schema, now: PolicyVersion.objects.effective(schema, now)[:1], str, datetime)


_all_in_force = Question(lambda now: PolicyVersion.objects.all_effective(now), datetime)
# Within `asked_once`: the versions in force by moment and schema.
_asked: ContextVar[dict[datetime, dict[str, PolicyVersion]] | None] = ContextVar("asked", default=None)


@dataclass(frozen=True)
class Current(Generic[V]):
    """The version in force and its values, typed."""

    version: PolicyVersion
    values: V


def current(schema: str, kind: type[V], *, now: datetime) -> Current[V]:
    """The version of `schema` in force at `now`; a new installation starts with the shipped defaults."""
    version = _version(schema, now)
    if version is None:
        version = publish_defaults(schema=schema, now=now)
    return Current(version=version, values=kind.model_validate(version.values))


@contextmanager
def asked_once() -> Iterator[None]:
    """In here the versions in force at one moment are read together, once: for work under one set of rules."""
    token = _asked.set({})
    try:
        yield
    finally:
        _asked.reset(token)


def _version(schema: str, now: datetime) -> PolicyVersion | None:
    asked = _asked.get()
    if asked is None:
        return in_force.one(schema, now)
    if now not in asked:
        asked[now] = {version.schema: version for version in _all_in_force.all(now)}
    return asked[now].get(schema)


def values_of(version: PolicyVersion, kind: type[V]) -> V:
    if SCHEMAS[version.schema] is not kind:
        raise TypeError(f"{version} is not a version of {kind.__name__}")
    return kind.model_validate(version.values)


def version_in_force(schema: str, now: datetime) -> PolicyVersion:
    return current(schema, SCHEMAS[schema], now=now).version


@dataclass(frozen=True)
class ChangedValue:
    """One value before and after, by its path, as the schema keeps it in JSON."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Changes:
    """What a version, or one that is not published yet, makes different."""

    values: list[ChangedValue]
    clauses: list[ChangedClause]

    @property
    def is_empty(self) -> bool:
        return not self.values


def changes(schema: str, before: dict[str, Any], after: dict[str, Any]) -> Changes:
    """Both complete and valid; values that old versions do not know are compared as their defaults."""
    old, new = checked(schema, before), checked(schema, after)
    was, told = flat(old.model_dump(mode="json")), flat(new.model_dump(mode="json"))
    found = [ChangedValue(path, was[path], told[path]) for path in differing(old, new)]
    return Changes(found, compared(clauses_from(schema, before), clauses_from(schema, after)))


def before(version: PolicyVersion) -> PolicyVersion | None:
    """The one that was in force, or planned, when this one was to begin."""
    standing = PolicyVersion.objects.standing(version.schema).exclude(pk=version.pk)
    earlier = standing.filter(effective_from__lte=version.effective_from, number__lt=version.number)
    return earlier.order_by("-effective_from", "-number").first()


@dataclass(frozen=True)
class Reading:
    """A version that the person's organisation has acknowledged (`done`), or may: then `digest` is of its text."""

    version: PolicyVersion
    done: Acknowledgement | None
    may: bool
    digest: str


def reading(version: PolicyVersion, user: User) -> Reading | None:
    """None for those who have nothing to acknowledge."""
    paper = PAPERS.get(version.schema)
    if not user.is_partner or paper is None or not paper.for_partners:
        return None
    done = Acknowledgement.objects.visible_to(user).select_related("acknowledged_by").filter(version=version).first()
    may = done is None and can_acknowledge(user)
    return Reading(version, done, may, digest(text_of(version)) if may else "")


def to_acknowledge(organisation_id: int, now: datetime) -> list[PolicyVersion]:
    """What is in force or planned and not acknowledged by the organisation, the soonest first."""
    found: list[PolicyVersion] = []
    for schema in partner_schemas():
        wanted = [version_in_force(schema, now), *PolicyVersion.objects.planned(schema, now)]
        done = Acknowledgement.objects.filter(organisation=organisation_id, version__in=wanted)
        known = set(done.values_list("version_id", flat=True))
        found += [version for version in wanted if version.pk not in known]
    return found


def has_acknowledged(organisation_id: int, version: PolicyVersion) -> bool:
    return Acknowledgement.objects.filter(organisation=organisation_id, version=version).exists()


def partner_organisations() -> QuerySet[Organisation]:
    """Partners with anybody who can log in."""
    members = Membership.objects.filter(organisation=OuterRef("pk"), ended_at=None, user__is_active=True)
    return Organisation.objects.filter(Exists(members), kind=Side.PARTNER)


def readers_of(version: PolicyVersion) -> QuerySet[Any]:
    """Every partner, with `acknowledged_at`, `acknowledged_by` and `digest` where it has acknowledged the version."""
    done = Acknowledgement.objects.filter(version=version, organisation=OuterRef("pk"))
    about = {
        "acknowledged_at": done.values("acknowledged_at")[:1],
        "acknowledged_by": done.values("acknowledged_by__name")[:1],
        "digest": done.values("digest")[:1],
    }
    return partner_organisations().annotate(**{name: Subquery(value) for name, value in about.items()})
