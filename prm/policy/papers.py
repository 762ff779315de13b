"""How a set of rules presents itself: its name, the words for its values, its clauses. Filled by whoever owns it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from prm.policy.clauses import Clause, rendered
from prm.policy.models import PolicyVersion
from prm.policy.schemas import checked
from prm.registry import Registry

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """What a value is called, what it means, and the heading under which a form asks for it."""

    label: Text
    help: Text = ""
    section: Text = ""


@dataclass(frozen=True)
class Paper:
    """`words` by the value's path, `options` the words for choices.

    `clauses` reads the schema's values; without it there is no text, and nothing to acknowledge. `address` is where
    partners read a version by its number; without it the rules are the vendor's alone. `page` names the page on which
    the vendor changes them, where that is not the common one.
    """

    title: Text
    description: Text
    words: Mapping[str, Words]
    options: Mapping[str, Text] = field(default_factory=dict)
    clauses: Callable[[Any], list[Clause]] | None = None
    address: Callable[[int], str] | None = None
    page: str = ""

    @property
    def for_partners(self) -> bool:
        return self.address is not None


PAPERS: Registry[Paper] = Registry("policy paper")


def partner_schemas() -> list[str]:
    """The sets of rules that partners read and acknowledge."""
    return [name for name in PAPERS.names() if PAPERS[name].for_partners]


def clauses_of(version: PolicyVersion) -> list[Clause]:
    return clauses_from(version.schema, version.values)


def clauses_from(schema: str, values: Mapping[str, Any]) -> list[Clause]:
    render = PAPERS[schema].clauses
    return render(checked(schema, values)) if render else []


def text_of(version: PolicyVersion) -> str:
    """What is acknowledged, in the language of the installation whoever reads it."""
    with translation.override(settings.LANGUAGE_CODE):
        return rendered(clauses_of(version))
