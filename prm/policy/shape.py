"""What a policy schema is made of, value by value: what a form asks for and what two versions differ in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from prm.policy.schemas import PolicyValues


class Sort(StrEnum):
    """SHARE is from 0 to 1 and read as per cent; NUMBERS are several whole ones, LINES texts; CHOICE of `options`."""

    WHOLE = "whole"
    SHARE = "share"
    NUMBER = "number"
    NUMBERS = "numbers"
    LINES = "lines"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True)
class Leaf:
    """One value by its dotted path, with the bounds that the schema sets (None: no bound)."""

    path: str
    sort: Sort
    least: Decimal | None = None
    most: Decimal | None = None
    options: tuple[str, ...] = ()


def leaves(schema: type[PolicyValues], prefix: str = "") -> list[Leaf]:
    """Every value of the schema, in its order; what is a schema of its own is taken apart."""
    found: list[Leaf] = []
    for name, field in schema.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, PolicyValues):
            found += leaves(kind, f"{prefix}{name}.")
        else:
            found.append(_leaf(prefix + name, field))
    return found


def flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested values by their dotted paths."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found |= flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {prefix + name: value}
    return found


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """The way back of `flat`."""
    found: dict[str, Any] = {}
    for path, value in values.items():
        *outer, name = path.split(".")
        place = found
        for part in outer:
            place = place.setdefault(part, {})
        place[name] = value
    return found


def differing(one: PolicyValues, other: PolicyValues) -> list[str]:
    """Paths of what is another value; 0.20 and 0.2 are one."""
    before, after = flat(one.model_dump()), flat(other.model_dump())
    return [path for path in after if before[path] != after[path]]


def _leaf(path: str, field: FieldInfo) -> Leaf:
    kind = field.annotation
    if get_origin(kind) is Literal:
        return Leaf(path, Sort.CHOICE, options=tuple(str(option) for option in get_args(kind)))
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        if (get_args(inner) or (inner,))[0] is str:
            return Leaf(path, Sort.LINES)
        metadata = get_args(inner)[1:] if get_origin(inner) is Annotated else ()
        return Leaf(path, Sort.NUMBERS, *_bounds(_constraints(metadata)))
    least, most = _bounds(field.metadata)
    return Leaf(path, _sort(path, kind, most), least, most)


def _sort(path: str, kind: object, most: Decimal | None) -> Sort:
    if kind is bool:
        return Sort.FLAG
    if kind is int:
        return Sort.WHOLE
    if kind is Decimal:
        return Sort.SHARE if most == 1 else Sort.NUMBER
    raise TypeError(f"{path} is of a kind that no form asks for: {kind}")


def _constraints(metadata: tuple[Any, ...]) -> Iterator[Any]:
    for item in metadata:
        yield from item.metadata if isinstance(item, FieldInfo) else (item,)


def _bounds(metadata: Any) -> tuple[Decimal | None, Decimal | None]:
    least = most = None
    for item in metadata:
        least = Decimal(item.ge) if getattr(item, "ge", None) is not None else least
        most = Decimal(item.le) if getattr(item, "le", None) is not None else most
    return least, most
