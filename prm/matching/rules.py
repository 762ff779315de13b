"""How sure we are that two descriptions mean one company: the strongest of a few named rules.

No rule can fire for two that share no match key. Texts speak of the first of the two alone, the one
that is asked about, so that an answer never tells how the other is written.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from prm.matching.identity import Identity, Normalised
from prm.matching.normaliser import normalise

BLOCK_FROM = 0.90
REVIEW_FROM = 0.78
# What a name alone proves less when something else speaks against it.
DOUBT = 0.15

_GENERIC_WORDS = """
    academy agency alliance associates bank business capital care center centre city club college company
    communications computer construction consult consulting corporate data design development digital education
    electric electronics energy engineering enterprise enterprises factory finance financial food foods foundation
    general global group groupe gruppe health holding holdings home hospital hotel industrial industries industry
    information innovation innovations institute insurance international investment invest it lab laboratory labs
    logistics logistik machine management marketing media medical metal ministry national network networks office
    online partner partners power print pro production products professional project projects property research
    retail school science security service services shop software solar solution solutions store studio supply
    support system systeme systems tech technical technologie technologies technology telecom trade trading training
    transport travel union united university ventures water web work works world
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())
_LITTLE_WORDS = "the of and for in a an de la le les des du und fuer der die das von y e di da do"
_FUNCTION_WORDS = frozenset(_LITTLE_WORDS.split())


class Band(StrEnum):
    BLOCK = "block"
    REVIEW = "review"
    HINT = "hint"


@dataclass(frozen=True)
class Evidence:
    """`rule` is stable and may be stored; `text` is a sentence in the language of the moment."""

    rule: str
    text: str


@dataclass(frozen=True)
class Match:
    """`score` 0 to 1; 0 with no evidence means that nothing connects the two."""

    score: float
    band: Band
    evidence: tuple[Evidence, ...]


def band_of(score: float) -> Band:
    if score >= BLOCK_FROM:
        return Band.BLOCK
    return Band.REVIEW if score >= REVIEW_FROM else Band.HINT


def score(a: Identity, b: Identity) -> Match:
    """How well `b` fits what is told about `a`."""
    return compare(a, normalise(a), normalise(b))


def compare(asked: Identity, a: Normalised, b: Normalised) -> Match:
    """As `score`, for callers that normalise once and compare with many."""
    fired = sorted(_fired(asked, a, b), key=lambda pair: -pair[0])
    if not fired:
        return Match(0.0, Band.HINT, ())
    best = fired[0][0]
    # A domain or a tax number proves more than a difference elsewhere can take away.
    doubts = list(_doubts(a, b)) if best < 1 and not _same(a.domain, b.domain) else []
    total = round(best - DOUBT * bool(doubts), 2)
    return Match(total, band_of(total), tuple(evidence for _score, evidence in fired) + tuple(doubts))


def _fired(asked: Identity, a: Normalised, b: Normalised) -> Iterator[tuple[float, Evidence]]:
    if _same(a.tax_key, b.tax_key):
        yield 1.0, Evidence("tax_number", _("Same tax number %(value)s") % {"value": a.tax_key})
    if _same(a.domain, b.domain):
        yield _domain_rule(a, b)
    if common := _compact(a.names) & _compact(b.names):
        yield _name_rule(asked, a, b, common)
    elif _looks_like(a, b):
        text = _("“%(name)s” is written with letters that look alike") % {"name": asked.name}
        yield 0.85, Evidence("look_alike", text)


def _domain_rule(a: Normalised, b: Normalised) -> tuple[float, Evidence]:
    if _names_related(a, b):
        return 0.95, Evidence("domain", _("Same web domain %(value)s") % {"value": a.domain})
    text = _("Same web domain %(value)s, under another name") % {"value": a.domain}
    return 0.85, Evidence("domain_other_name", text)


def _name_rule(asked: Identity, a: Normalised, b: Normalised, common: set[str]) -> tuple[float, Evidence]:
    named = {"name": asked.name, "country": a.country}
    if a.country and b.country and a.country != b.country:
        text = _("Same name “%(name)s”, in another country than %(country)s")
        return 0.80, Evidence("name_other_country", text % named)
    if not (a.country and b.country):
        return 0.88, Evidence("name", _("Same name “%(name)s”, country not known on both sides") % named)
    if _only_generic(a, b, common) and not _same(a.city_key, b.city_key):
        text = _("Same name “%(name)s” and country, but the name is one that many use")
        return 0.80, Evidence("name_generic", text % named)
    return 0.97, Evidence("name_and_country", _("Same name “%(name)s” and country %(country)s") % named)


def _doubts(a: Normalised, b: Normalised) -> Iterator[Evidence]:
    if a.domain and b.domain and a.domain != b.domain:
        yield Evidence("other_domain", _("But another web domain than %(value)s") % {"value": a.domain})
    if a.tax_key and b.tax_key and a.tax_key != b.tax_key and a.tax_key[:2] == b.tax_key[:2]:
        yield Evidence("other_tax_number", _("But another tax number than %(value)s") % {"value": a.tax_key})


def is_generic(name_key: str) -> bool:
    """True when every word of the name is one that many companies use."""
    return all(word in _GENERIC or word in _FUNCTION_WORDS for word in name_key.split())


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _compact(names: tuple[str, ...]) -> set[str]:
    """Written in one word or several, it is the same name."""
    return {name.replace(" ", "") for name in names if name}


def _only_generic(a: Normalised, b: Normalised, common: set[str]) -> bool:
    """True when both sides agree on nothing but names that many use, as one of them writes it."""
    said = [name for name in a.names + b.names if is_generic(name)]
    return common <= _compact(tuple(said))


def _looks_like(a: Normalised, b: Normalised) -> bool:
    return not _compact((a.name_key, a.look_key)).isdisjoint(_compact((b.name_key, b.look_key)))


def _names_related(a: Normalised, b: Normalised) -> bool:
    """True when the names share a word or one is the other's initials, or when one of them is not known."""
    if not a.names or not b.names:
        return True
    ours, theirs = _forms(a), _forms(b)
    return not ours.isdisjoint(theirs)


def _forms(normalised: Normalised) -> set[str]:
    """Words, the whole in one word, and the initials of every name."""
    forms: set[str] = set()
    for name in normalised.names:
        said = [word for word in name.split() if word not in _FUNCTION_WORDS]
        forms.update(said, [name.replace(" ", "")])
        if len(said) > 2:
            forms.add("".join(word[0] for word in said))
    return forms
