"""Whose steps are signed: each wing says what a receipt of its subjects says, and what it must agree with."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prm.audit.models import Event
from prm.registry import Registry

Claims = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """What one event is certified as: `kind` of step and what is said of it."""

    kind: str
    claims: Claims


@dataclass(frozen=True)
class Chain:
    """How one type of subject is certified.

    `steps` gives the step of each event, in its order; the second argument is the secret of places. `hold` locks
    the subjects that nobody has in hand, as their verbs do, and names them. `facts` are claims that the newest
    receipt of a subject must agree with. Claims of `constant` are the same in every step. `told` says a step in a
    sentence.
    """

    steps: Callable[[Sequence[Event], str], list[Step]]
    hold: Callable[[list[str]], list[str]]
    facts: Callable[[list[str], str], Mapping[str, Claims]]
    constant: tuple[str, ...]
    told: Callable[[Claims], str]


CHAINS: Registry[Chain] = Registry("type of signed subjects")
# Subject type by kind of event: what is recorded of that kind is certified.
SIGNED: Registry[str] = Registry("signed kind of event")


def typ_of(subject_type: str) -> str:
    """The `typ` of a receipt's header."""
    return f"{subject_type}-receipt"


def subject_type_of(typ: str) -> str | None:
    name = typ.removesuffix("-receipt")
    return name if typ == typ_of(name) and name in CHAINS else None
