"""Which sets of rules exist, and the typed shape of each."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from prm.errors import InvalidInput
from prm.registry import Registry


class PolicyValues(BaseModel):
    """Base of every policy schema: immutable, strict about unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


V = TypeVar("V", bound=PolicyValues)

SCHEMAS: Registry[type[PolicyValues]] = Registry("policy schema")


def checked(schema: str, values: Mapping[str, Any]) -> PolicyValues:
    """The values as the schema's type. InvalidInput with the field's dotted path for whatever does not fit."""
    try:
        return SCHEMAS[schema].model_validate(values)
    except ValidationError as error:
        raise InvalidInput(
            {".".join(str(part) for part in item["loc"]): [item["msg"]] for item in error.errors()}
        ) from error
