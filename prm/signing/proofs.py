"""What a receipt proves, in sentences."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prm.portal import formats
from prm.signing import jws, merkle, rules
from prm.signing.models import Link, Root
from prm.signing.pasted import Pasted
from prm.signing.rules import Found, Keys
from prm.signing.selectors import inclusion_of, public_keys
from prm.signing.sockets import CHAINS, Chain, subject_type_of

LONGEST_ID = 40


@dataclass(frozen=True)
class Line:
    """`tone` is "good", "warn" or "bad"."""

    tone: str
    text: str


@dataclass
class Proof:
    """Of one subject: how its steps are, and what they say. `place` is None unless they can be believed."""

    subject: str
    steps: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    place: tuple[str, int] | None = None

    @property
    def holds(self) -> bool:
        return all(line.tone != "bad" for line in self.lines)


@dataclass(frozen=True)
class _Given:
    """A text at its place among what was pasted; claims are empty for what cannot be read."""

    at: int
    text: str
    typ: str
    claims: dict[str, Any]

    @property
    def chain(self) -> Chain | None:
        name = subject_type_of(self.typ)
        return CHAINS[name] if name else None

    @property
    def subject(self) -> str:
        """Whatever somebody has put there is shown only when it looks like an id."""
        name = self.claims.get(self.chain.constant[0]) if self.chain else None
        is_id = isinstance(name, str) and name.isascii() and name.isprintable() and len(name) <= LONGEST_ID
        return str(name) if is_id else ""


def prove(pasted: Pasted) -> list[Proof]:
    """One proof for each subject, in the order given."""
    keys = public_keys()
    given = [_given(at, text) for at, text in enumerate(pasted.texts)]
    whole = sorted(given, key=lambda one: [other.subject for other in given].index(one.subject))
    return [_proof(subject, list(steps), pasted, keys) for subject, steps in groupby(whole, lambda one: one.subject)]


def _given(at: int, text: str) -> _Given:
    try:
        token = jws.read(text)
    except jws.NotAToken:
        return _Given(at, text, "", {})
    return _Given(at, text, token.typ, token.claims)


def _proof(subject: str, given: list[_Given], pasted: Pasted, keys: Keys) -> Proof:
    proof, chain = Proof(subject or _("What was given")), given[0].chain
    if chain is None:
        proof.lines.append(Line("bad", _("This is no receipt of this programme: it cannot be read as one.")))
        return proof
    first = given[0].claims.get("seq")
    first = first if isinstance(first, int) and first > 0 else 1
    texts = [one.text for one in given]
    flaws = rules.check(texts, keys, constant=chain.constant, first=first)
    proof.lines += [Line("bad", _flaw(found)) for found in flaws] or list(_whole(first, len(texts)))
    if not flaws:
        proof.steps = [chain.told(one.claims) for one in given]
        proof.lines += _inclusion(given, pasted)
        proof.lines += [Line("warn", _late(one.claims)) for one in given if one.claims.get("late")]
        proof.place = _place(given[0].claims) if proof.holds else None
    return proof


def _flaw(found: Found) -> str:
    return str(found.flaw.label) % {"seq": found.seq}


def _whole(first: int, count: int) -> Iterator[Line]:
    yield Line("good", _("The signature is this programme's, and nothing was changed since it signed."))
    if first > 1:
        text = _("It begins with step %(first)s. What the steps before it said is not part of what you gave.")
        yield Line("warn", text % {"first": first})
    elif count > 1:
        yield Line("good", _("All %(count)s steps are there, each follows from the one before.") % {"count": count})


def _late(claims: dict[str, Any]) -> str:
    text = _("Step %(seq)s was issued on %(at)s, later than it happened: it repeats the programme's own records.")
    issued = rules.moment_of(claims.get("iat"))
    return text % {"seq": claims.get("seq"), "at": formats.dated(issued) if issued else "…"}


def _place(claims: dict[str, Any]) -> tuple[str, int] | None:
    match claims:
        case {"priority_at": str() as moment, "place": int() as number}:
            return moment, number
    return None


def _inclusion(given: list[_Given], pasted: Pasted) -> Iterator[Line]:
    """Is each step in the root of its day? From the path that was given, else from ours."""
    links = {link.digest: link for link in Link.objects.filter(digest__in=[jws.digest(one.text) for one in given])}
    ours = {entry["seq"]: entry for entry in inclusion_of(links.values())}
    days: list[str] = []
    for one in given:
        seq, link = one.claims.get("seq"), links.get(jws.digest(one.text))
        if link is None:
            yield Line("bad", _("Step %(seq)s is not among what this programme has issued.") % {"seq": seq})
            continue
        way = pasted.ways.get(one.at)
        root, path = way if way else (ours[link.seq]["root"], ours[link.seq]["path"])
        if root is None:
            text = _("Step %(seq)s is not in a published root yet: that of %(day)s comes when the day is over (UTC).")
            yield Line("warn", text % {"seq": seq, "day": formats.day(link.day)})
        elif path is None or not leads(link.digest, path, root):
            yield Line("bad", _("Step %(seq)s is not in the published root that it should be in.") % {"seq": seq})
        else:
            days.append(formats.day(link.day))
    if days:
        said = ngettext(
            "It is in the published root of %(days)s, which cannot be changed without everybody seeing it.",
            "Its steps are in the published roots of %(days)s, which cannot be changed without everybody seeing it.",
            len(days),
        )
        yield Line("good", said % {"days": ", ".join(dict.fromkeys(days))})


def leads(digest: str, path: Sequence[Any], statement: str) -> bool:
    """Does the path lead from the leaf to the root of a statement that is published?"""
    root = Root.objects.filter(digest=jws.digest(statement)).first()
    try:
        way = [(str(side), str(beside)) for side, beside in path]
        return root is not None and merkle.climbed(digest, way) == root.root
    except (ValueError, TypeError):
        return False


def order(proofs: Sequence[Proof]) -> list[str]:
    """Who was first, of every two whose place is proved."""
    placed = [(proof.subject, proof.place) for proof in proofs if proof.place is not None]
    said = []
    for (one, place), (other, behind) in combinations(placed[:5], 2):
        ahead = rules.is_ahead(place, behind)
        if ahead is not None:
            first, second = (one, other) if ahead else (other, one)
            said.append(_("%(first)s stands before %(second)s in line.") % {"first": first, "second": second})
    return said
