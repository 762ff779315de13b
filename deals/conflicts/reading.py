"""Stored findings as the reviewer reads them: with labels, clauses, and what they recommend."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deals.conflicts import rules
from deals.conflicts.models import Finding
from deals.conflicts.selectors import SOURCE
from deals.conflicts.sentences import BECAUSE, NOTHING_FOUND, UNLESS
from deals.events import SUBJECT
from deals.precedence import SHIPPED, Weights
from deals.registrations.models import Registration
from partners.customers.models import SOURCE as ACCOUNTS
from partners.customers.models import Account
from prm.accounts.models import User
from prm.matching.feedback.models import Judgement
from prm.matching.feedback.rules import JUDGED_DIFFERENT, JUDGED_SAME
from prm.portal.sockets import SUBJECTS, SubjectLink

JUDGED = {JUDGED_DIFFERENT, JUDGED_SAME}


@dataclass(frozen=True)
class Read:
    """One finding and the link to what it is about, if the reader may see that."""

    finding: Finding
    link: SubjectLink | None
    judgement: Judgement | None = None

    @property
    def told(self) -> list[dict[str, str]]:
        """The evidence; what people said is told with their name instead."""
        return [line for line in self.finding.evidence if not (self.judgement and line["rule"] in JUDGED)]

    @property
    def percent(self) -> int:
        return round(self.finding.score * 100)

    @property
    def subject(self) -> dict[str, str]:
        label = self.link.label if self.link else ""
        return {"type": self.finding.subject_type, "id": self.finding.subject_id, "label": label}


def read_findings(registration: Registration, *, reader: User) -> list[Read]:
    """The newest assessment; one query for each type of subject."""
    findings = list(registration.findings.select_related("policy"))
    links: dict[tuple[str, str], SubjectLink] = {}
    for kind in sorted({f.subject_type for f in findings if f.subject_type in SUBJECTS}):
        ids = [f.subject_id for f in findings if f.subject_type == kind]
        links |= {(kind, found): link for found, link in SUBJECTS[kind](reader, ids).items()}
    said = judgements(registration) if any(_is_judged(f) for f in findings) else {}
    return [Read(f, links.get(_subject(f)), said.get(_subject(f)) if _is_judged(f) else None) for f in findings]


def _subject(finding: Finding) -> tuple[str, str]:
    return finding.subject_type, finding.subject_id


def _is_judged(finding: Finding) -> bool:
    return any(line["rule"] in JUDGED for line in finding.evidence)


def judgements(registration: Registration) -> dict[tuple[str, str], Judgement]:
    """What people said of the registration and others, by the other's type and public id."""
    record = (SOURCE, registration.pk)
    rows = Judgement.objects.about(*record).select_related("judged_by")
    by_other = {row.other_than(record): row for row in rows}
    kinds = ((SUBJECT, SOURCE, Registration.objects), ("account", ACCOUNTS, Account.objects))
    found: dict[tuple[str, str], Judgement] = {}
    for kind, source, nouns in kinds:
        ids = [record_id for where, record_id in by_other if where == source]
        named: Iterable[tuple[int, str]] = nouns.filter(pk__in=ids).values_list("pk", "public_id") if ids else []
        found |= {(kind, public_id): by_other[source, pk] for pk, public_id in named}
    return found


def recommendation(reads: list[Read], weights: Weights = SHIPPED) -> dict[str, Any]:
    """{outcome, because [sentence], unless [sentence]} by the precedence of these rules."""
    found = [rules.Found(r.finding.kind, r.finding.band, float(r.finding.score), ()) for r in reads]
    advice = rules.recommend(found, weights)
    because = [str(BECAUSE[kind]) for kind in advice.because] or [str(NOTHING_FOUND)]
    return {"outcome": advice.outcome, "because": because, "unless": [str(UNLESS[code]) for code in advice.unless]}
