"""How sure we are that two descriptions mean one company: the strongest of a few named rules.

No rule can fire for two that share no match key. Texts speak of the first of the two alone, the one
that is asked about, so that an answer never tells how the other is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_noop as _

from prm.matching.evidence import Evidence, line
from prm.matching.hashing import STRONG, Kind, keys, kind_of, meet
from prm.matching.identity import Identity, Normalised
from prm.matching.likeness import Likeness, likeness
from prm.matching.normaliser import normalise, without_additions

BLOCK_FROM = 0.90
REVIEW_FROM = 0.78
# Below this, two have something in common that is not worth a line to anybody.
NOTABLE_FROM = 0.65
# What a name alone proves less when something else speaks against it.
DOUBT = 0.15
# … when it is the suffix of the domain alone (acme.de, acme.com).
SUFFIX_DOUBT = 0.08
# Names that are only alike, and companies of one family, are for a person to judge.
ALWAYS_REVIEW = 0.89
# A name that many use is for a person to judge, unless a second thing speaks for it.
GENERIC_AT_MOST = 0.80
# What the common words must tell in all, for a name to be somebody's own.
OWN_NAME = 6.5
# As many known companies under one domain make it a house of many tenants.
TENANTS = 3

# What else speaks for or against names that are alike.
SAME_BRAND, NAMED_LIKE_DOMAIN = 0.10, 0.03
SAME_COUNTRY, OTHER_COUNTRY = 0.03, -0.16
SAME_CITY, OTHER_CITY = 0.07, -0.13

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


_RANKS = {Band.HINT: 0, Band.REVIEW: 1, Band.BLOCK: 2}


@dataclass(frozen=True)
class Thresholds:
    """From which score on (0 to 1) a match is for review, and from which it blocks."""

    review_from: float = REVIEW_FROM
    block_from: float = BLOCK_FROM


SHIPPED = Thresholds()


@dataclass(frozen=True)
class Match:
    """`score` 0 to 1; 0 with no evidence means that nothing connects the two. `closeness` orders equal scores.

    `ceiling` is the gravest band that its rules may reach, whatever the thresholds are.
    """

    score: float
    band: Band
    evidence: tuple[Evidence, ...]
    closeness: float = 0.0
    ceiling: Band = Band.BLOCK

    @property
    def is_notable(self) -> bool:
        """Whether it is worth telling anybody."""
        return self.score >= NOTABLE_FROM


NOTHING = Match(0.0, Band.HINT, ())

# How strong one rule is, and its lines.
Said = tuple[float, list[Evidence]]


def band_of(score: float, thresholds: Thresholds = SHIPPED, ceiling: Band = Band.BLOCK) -> Band:
    reached = Band.HINT
    if score >= thresholds.review_from:
        reached = Band.BLOCK if score >= thresholds.block_from else Band.REVIEW
    return min(reached, ceiling, key=_RANKS.__getitem__)


# No two without one of these in common are more than alike (tests/matching/test_locks.py). Keys of single words,
# beginnings and places are shared by strangers, who need not wait while likeness alone blocks nobody.
_DECIDING = STRONG | {Kind.WORDS}


def deciding(normalised: Normalised, block_from: float) -> frozenset[int]:
    """Those of its keys that it shares with whatever it matches with a score of `block_from` or more."""
    found = keys(normalised)
    if block_from <= ALWAYS_REVIEW:
        return found
    return frozenset(key for key in found if kind_of(key) in _DECIDING)


def score(a: Identity, b: Identity, *, thresholds: Thresholds = SHIPPED) -> Match:
    """How well `b` fits what is told about `a`."""
    return compare(a, normalise(a), normalise(b), thresholds=thresholds)


def compare(
    asked: Identity,
    a: Normalised,
    b: Normalised,
    *,
    under_domain: int = 1,
    is_found: bool = False,
    thresholds: Thresholds = SHIPPED,
) -> Match:
    """As `score`, for callers that normalise once and compare with many.

    `under_domain`: how many of the many have the domain of `b`. A domain of many tenants does not tell which.
    `is_found`: a key that the two share has led from one to the other, so that none is looked for.
    """
    if not is_found and not meet(a, b):
        return NOTHING
    alike = _likeness(a, b)
    fired = sorted(_fired(asked, a, b, alike, under_domain), key=lambda said: -said[0])
    if not fired:
        return NOTHING
    best = fired[0][0]
    # A domain or a tax number proves more than a difference elsewhere can take away.
    doubts = list(_doubts(a, b)) if best < 1 and not _same(a.domain, b.domain) else []
    total = best - _doubt(a, b, doubts)
    is_family = best < 1 and _is_family(a, b)
    if is_family:
        total = min(total, ALWAYS_REVIEW)
    ceiling = Band.REVIEW if is_family else _ceiling(fired)
    # A rule that says little is not worth a line beside one that says more.
    told = [said for said in fired if said[0] in (best, max(said[0], NOTABLE_FROM))]
    evidence = [each for strength, lines in told for each in _weighed(lines, strength)]
    evidence += _weighed(doubts, -_doubt(a, b, doubts))
    total = round(max(total, 0.0), 2)
    closeness = round(alike.words + alike.letters + _place(a, b), 3)
    return Match(total, band_of(total, thresholds, ceiling), tuple(evidence), closeness, ceiling)


# Whatever else fires is for a person to judge: names that are only alike, and domains of many.
_MAY_BLOCK = frozenset(
    {"tax_number", "domain", "domain_other_name", "name_and_country", "name", "name_other_country", "same_words"}
)


def _ceiling(fired: Iterable[Said]) -> Band:
    return Band.BLOCK if any(lines[0].rule in _MAY_BLOCK for _strength, lines in fired) else Band.REVIEW


def _weighed(lines: list[Evidence], strength: float) -> list[Evidence]:
    """The first line carries what they weigh together."""
    return [each._replace(strength=round(strength, 2)) for each in lines[:1]] + lines[1:]


def _likeness(a: Normalised, b: Normalised) -> Likeness:
    if a.compacts.isdisjoint(b.compacts):
        return likeness(a, b)
    return Likeness(same_words=True, words=1.0, letters=1.0)


def _fired(asked: Identity, a: Normalised, b: Normalised, alike: Likeness, under_domain: int) -> Iterator[Said]:
    if _same(a.tax_key, b.tax_key):
        yield 1.0, [line("tax_number", _("Same tax number %(value)s"), value=a.tax_key)]
    if common := a.compacts & b.compacts:
        yield _name_rule(asked, a, b, common)
    elif _looks_like(a, b):
        yield 0.85, [line("look_alike", _("“%(name)s” is written with letters that look alike"), name=asked.name)]
    else:
        yield from _alike(asked, a, b, alike)
    if _is_family(a, b):
        yield 0.82, [line("family", _("“%(name)s” may be parent or subsidiary of the other"), name=asked.name)]
    if _same(a.domain, b.domain):
        yield _domain_rule(a, b, alike, under_domain)


def _domain_rule(a: Normalised, b: Normalised, alike: Likeness, under_domain: int) -> Said:
    if under_domain >= TENANTS and not alike.same_words:
        text = _("Same web domain %(value)s, which many companies use")
        total = 0.66 + 0.2 * alike.words + _place(a, b)
        return min(total, ALWAYS_REVIEW), [line("domain_of_many", text, value=a.domain)]
    if _names_related(a, b):
        return 0.95, [line("domain", _("Same web domain %(value)s"), value=a.domain)]
    text = _("Same web domain %(value)s, under another name")
    return 0.85, [line("domain_other_name", text, value=a.domain)]


def _name_rule(asked: Identity, a: Normalised, b: Normalised, common: frozenset[str]) -> Said:
    named = {"name": asked.name, "country": a.country}
    if _differ(a.country, b.country):
        text = _("Same name “%(name)s”, in another country than %(country)s")
        # Names are worn again in other countries far more often than one company is registered in two.
        strength = 0.80 if _same_brand(a, b) else 0.76
        return strength, [Evidence("name_other_country", text, about=named)]
    if not (a.country and b.country):
        text = _("Same name “%(name)s”, country not known on both sides")
        return 0.88, [Evidence("name", text, about=named)]
    if _only_generic(a, b, common) and not _same(a.city_key, b.city_key):
        text = _("Same name “%(name)s” and country, but the name is one that many use")
        return 0.80, [Evidence("name_generic", text, about=named)]
    return 0.97, [Evidence("name_and_country", _("Same name “%(name)s” and country %(country)s"), about=named)]


def _alike(asked: Identity, a: Normalised, b: Normalised, alike: Likeness) -> Iterator[Said]:
    """The strongest of the rules for names that are not the same but alike, with what speaks for and against it."""
    web = _web_of(a, b)
    base, rule = max(_rules_of_likeness(alike, web))
    if base <= 0:
        return
    at_most = 1.0 if rule == "same_words" else ALWAYS_REVIEW
    if rule in _BY_WORDS and _is_anybodys(a, b, alike) and not _second_signal(a, b, web):
        at_most = GENERIC_AT_MOST
    total = max(0.0, min(base + _place(a, b) + _worth_of(web), at_most))
    yield total, [line(rule, _SENTENCES[rule], name=asked.name), *_about_place(asked, a, b)]


def _about_place(asked: Identity, a: Normalised, b: Normalised) -> Iterator[Evidence]:
    if _same(a.city_key, b.city_key):
        yield line("same_city", _("Same city %(value)s"), value=asked.city.strip())
    elif _differ(a.city_key, b.city_key):
        yield line("other_city", _("But another city than %(value)s"), value=asked.city.strip())
    if _differ(a.country, b.country):
        yield line("other_country", _("But another country than %(value)s"), value=a.country)


_BY_WORDS = frozenset({"same_words", "other_reading", "similar_words", "part_of_name"})


class Web(NamedTuple):
    """What the domains say of names that are alike."""

    is_same: bool
    same_brand: bool
    called_like: bool


def _web_of(a: Normalised, b: Normalised) -> Web:
    return Web(_same(a.domain, b.domain), _same_brand(a, b), _called_like_domain(a, b))


def _rules_of_likeness(alike: Likeness, web: Web) -> Iterator[tuple[float, str]]:
    odd = 0.08 * alike.odd
    if alike.same_words:
        yield 0.88, "same_words"
    if alike.same_reading:
        yield 0.83, "other_reading"
    yield 0.93 * alike.words - 0.06 - odd, "similar_words"
    yield 0.97 * alike.letters - 0.10 - odd, "similar_letters"
    yield 0.72 * alike.contained, "part_of_name"
    if alike.acronym:
        yield (0.78 if alike.acronym > 3 else 0.60), "acronym"
    if web.called_like and not web.is_same:
        yield 0.70, "name_of_domain"
    if web.same_brand and not web.is_same:
        yield 0.60, "same_brand"


_SENTENCES = {
    "same_words": _("The words of “%(name)s”, in another order, short or in another language"),
    "other_reading": _("“%(name)s” can be read as another name of the same company"),
    "similar_words": _("Most of what the words of “%(name)s” tell is the same"),
    "similar_letters": _("“%(name)s” is spelt almost the same"),
    "part_of_name": _("One name is part of the other: “%(name)s”"),
    "acronym": _("The initials fit: “%(name)s”"),
    "same_brand": _("“%(name)s” has a web domain of the same name under another suffix"),
    "name_of_domain": _("“%(name)s” goes with the name of the web domain"),
}


def _place(a: Normalised, b: Normalised) -> float:
    """What country and city add to, or take from, names that are alike."""
    country = SAME_COUNTRY * _same(a.country, b.country) + OTHER_COUNTRY * _differ(a.country, b.country)
    return country + SAME_CITY * _same(a.city_key, b.city_key) + OTHER_CITY * _differ(a.city_key, b.city_key)


def _worth_of(web: Web) -> float:
    """What the domain's name adds. Another domain is a doubt, and counted there; the same one is a rule."""
    return 0.0 if web.is_same else SAME_BRAND * web.same_brand + NAMED_LIKE_DOMAIN * web.called_like


def _same_brand(a: Normalised, b: Normalised) -> bool:
    return len(a.brand) > 2 and a.brand == b.brand


def _called_like_domain(a: Normalised, b: Normalised) -> bool:
    return _wears(a.brand, b) or _wears(b.brand, a)


def _wears(brand: str, other: Normalised) -> bool:
    return len(brand) > 2 and brand in other.short_forms


def _is_anybodys(a: Normalised, b: Normalised, alike: Likeness) -> bool:
    return alike.told < OWN_NAME or is_generic(a.name_key) or is_generic(b.name_key)


def _second_signal(a: Normalised, b: Normalised, web: Web) -> bool:
    return _same(a.city_key, b.city_key) or web.same_brand or web.called_like


def _is_family(a: Normalised, b: Normalised) -> bool:
    """A parent and its subsidiary: one is named like the other and a country or branch more."""
    return any(_branch_of(x, y) or _branch_of(y, x) for x in a.names for y in b.names)


def _branch_of(name: str, other: str) -> bool:
    return name.startswith(other) and name != other and without_additions(name) == other and not is_generic(other)


def _doubt(a: Normalised, b: Normalised, doubts: list[Evidence]) -> float:
    """A brand under another suffix (acme.de, acme.com) leaves less of it."""
    if not doubts:
        return 0.0
    return SUFFIX_DOUBT if _same_brand(a, b) and len(doubts) == 1 and doubts[0].rule == "other_domain" else DOUBT


def _doubts(a: Normalised, b: Normalised) -> Iterator[Evidence]:
    # A brand under another suffix counts for names that are alike; for equal ones it leaves a doubt.
    alike = _same_brand(a, b) and a.compacts.isdisjoint(b.compacts)
    if _differ(a.domain, b.domain) and not alike:
        yield line("other_domain", _("But another web domain than %(value)s"), value=a.domain)
    if _differ(a.tax_key, b.tax_key) and a.tax_key[:2] == b.tax_key[:2]:
        yield line("other_tax_number", _("But another tax number than %(value)s"), value=a.tax_key)


def is_generic(name_key: str) -> bool:
    """True when every word of the name is one that many companies use."""
    return all(word in _GENERIC or word in _FUNCTION_WORDS for word in name_key.split())


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _differ(one: str, other: str) -> bool:
    """True when both are known and not the same."""
    return bool(one) and bool(other) and one != other


def _compact(names: tuple[str, ...]) -> set[str]:
    """Written in one word or several, it is the same name."""
    return {name.replace(" ", "") for name in names if name}


def _only_generic(a: Normalised, b: Normalised, common: frozenset[str]) -> bool:
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
