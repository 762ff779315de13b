from dataclasses import dataclass
from datetime import datetime
from typing import Generic

from prm.policy.actions import publish_defaults
from prm.policy.models import PolicyVersion
from prm.policy.schemas import SCHEMAS, V
from prm.questions import Question

in_force = Question(lambda schema, now: PolicyVersion.objects.effective(schema, now)[:1], str, datetime)


@dataclass(frozen=True)
class Current(Generic[V]):
    """The version in force and its values, typed."""

    version: PolicyVersion
    values: V


def current(schema: str, kind: type[V], *, now: datetime) -> Current[V]:
    """The version of `schema` in force at `now`; a new installation starts with the shipped defaults."""
    version = in_force.one(schema, now)
    if version is None:
        version = publish_defaults(schema=schema, now=now)
    return Current(version=version, values=kind.model_validate(version.values))


def values_of(version: PolicyVersion, kind: type[V]) -> V:
    if SCHEMAS[version.schema] is not kind:
        raise TypeError(f"{version} is not a version of {kind.__name__}")
    return kind.model_validate(version.values)
