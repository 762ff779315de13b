"""Which sets of rules exist, and the typed shape of each."""

from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from prm.registry import Registry


class PolicyValues(BaseModel):
    """Base of every policy schema: immutable, strict about unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


V = TypeVar("V", bound=PolicyValues)

SCHEMAS: Registry[type[PolicyValues]] = Registry("policy schema")
