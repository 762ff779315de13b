"""What would change the answer: the rules are asked again with one thing changed, nothing is guessed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import normalise
from prm.matching.rules import SHIPPED, Band, Thresholds, compare

# What nobody is called, so that it resembles nothing; for what one or both sides do not tell.
_NOBODY = "qzxjkvw"
SAME, OTHER = "same", "other"

_IF = {
    ("name", SAME): gettext_lazy("With the same name"),
    ("name", OTHER): gettext_lazy("If the name were another"),
    ("domain", SAME): gettext_lazy("With the same web domain"),
    ("domain", OTHER): gettext_lazy("If the web domain were another"),
    ("tax_number", SAME): gettext_lazy("With the same tax number"),
    ("tax_number", OTHER): gettext_lazy("If the tax number were another"),
    ("country", SAME): gettext_lazy("In the same country"),
    ("country", OTHER): gettext_lazy("If it were in another country"),
    ("city", SAME): gettext_lazy("In the same city"),
    ("city", OTHER): gettext_lazy("If it were in another city"),
}
_THEN = {
    Band.BLOCK: gettext_lazy("it would block"),
    Band.REVIEW: gettext_lazy("it would be for review"),
    Band.HINT: gettext_lazy("it would be no more than a hint"),
}


@dataclass(frozen=True)
class Change:
    """One thing changed (`field` is "same" as the other's or another), and the answer to that."""

    field: str
    change: str
    score: float
    band: Band

    @property
    def text(self) -> str:
        """In the language of the moment."""
        said = {"if": _IF[self.field, self.change], "then": _THEN[self.band]}
        return _("%(if)s, %(then)s.") % said


def changes(a: Identity, b: Identity, *, under_domain: int = 1, thresholds: Thresholds = SHIPPED) -> tuple[Change, ...]:
    """Each single thing about `a` that would lead to another band; see `compare` for the rest."""
    mine, theirs = normalise(a), normalise(b)
    now = compare(a, mine, theirs, under_domain=under_domain, thresholds=thresholds)
    found = []
    for field, change, x, y in _variants(mine, theirs):
        match = compare(a, x, y, under_domain=under_domain, thresholds=thresholds)
        if match.band != now.band:
            found.append(Change(field, change, match.score, match.band))
    return tuple(found)


def _variants(a: Normalised, b: Normalised) -> Iterator[tuple[str, str, Normalised, Normalised]]:
    """Both sides as they would be; what is so already is left out."""
    if b.name_key and a.name_key != b.name_key:
        yield "name", SAME, replace(a, name_key=b.name_key), b
    yield "name", OTHER, replace(a, name_key=f"{_NOBODY} {_NOBODY[::-1]}", former_keys=(), look_key="", readings=()), b
    for field, column, one, another in (
        ("domain", "domain", f"{_NOBODY}.invalid", f"{_NOBODY[::-1]}.invalid"),
        ("tax_number", "tax_key", *_numbers(a, b)),
        ("country", "country", "ZZ", "YY"),
        ("city", "city_key", _NOBODY, _NOBODY[::-1]),
    ):
        mine, theirs = getattr(a, column), getattr(b, column)
        if not mine or mine != theirs:
            shared = theirs or mine or one
            yield field, SAME, _with(a, column, shared), _with(b, column, shared)
        if not (mine and theirs and mine != theirs):
            yield field, OTHER, _with(a, column, one), _with(b, column, theirs or another)


def _with(normal: Normalised, column: str, value: str) -> Normalised:
    changed: dict[str, Any] = {column: value}
    return replace(normal, **changed)


def _numbers(a: Normalised, b: Normalised) -> tuple[str, str]:
    """Two tax numbers of one country: numbers of different countries say nothing against each other."""
    country = (b.tax_key or a.tax_key)[:2] or "ZZ"
    return f"{country}1{_NOBODY}", f"{country}2{_NOBODY}"
