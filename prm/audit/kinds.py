"""What may be recorded: each kind of event declares its sentence and what a partner may see of it.

What is not declared for the partner is for the vendor alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from prm.registry import Registry

if TYPE_CHECKING:
    from prm.audit.models import Event

Sentence = str | Promise


@dataclass(frozen=True)
class EventKind:
    """`partner` names the data fields a partner may read; None hides the whole event from partners."""

    name: str
    sentence: Sentence
    partner: tuple[str, ...] | None = None

    @property
    def for_partners(self) -> bool:
        return self.partner is not None

    def shown(self, data: Mapping[str, Any], *, whole: bool) -> dict[str, Any]:
        if whole:
            return dict(data)
        return {name: data[name] for name in self.partner or () if name in data}


KINDS: Registry[EventKind] = Registry("event kind")
_handlers: dict[str, list[Callable[["Event"], None]]] = {}
# Events that were just recorded, as (public id, type and public id of the subject).
Noted = list[tuple[str, str, str]]
Noter = Callable[[Noted], None]
_noters: dict[str, list[Noter]] = {}


def declare(*kinds: EventKind) -> None:
    for kind in kinds:
        KINDS.register(kind.name, kind)


def handle(kind: str, handler: Callable[["Event"], None]) -> None:
    """Run `handler` in the verb's own transaction whenever an event of that kind is recorded."""
    if handler not in _handlers.setdefault(kind, []):
        _handlers[kind].append(handler)


def handlers_of(kind: str) -> list[Callable[["Event"], None]]:
    return _handlers.get(kind, [])


def note(kind: str, noter: Noter) -> None:
    """As `handle`, for what must not read thousands of events one by one: called once for a whole batch."""
    if noter not in _noters.setdefault(kind, []):
        _noters[kind].append(noter)


def noters_of(kind: str) -> list[Noter]:
    return _noters.get(kind, [])


def partner_kinds() -> list[str]:
    return [kind.name for kind in KINDS if kind.for_partners]
