"""Stored findings as the reviewer reads them: with labels, clauses, and what they recommend."""

from dataclasses import dataclass
from typing import Any

from deals.conflicts import rules
from deals.conflicts.models import Finding
from deals.conflicts.sentences import BECAUSE, NOTHING_FOUND, UNLESS
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.portal.sockets import SUBJECTS, SubjectLink


@dataclass(frozen=True)
class Read:
    """One finding and the link to what it is about, if the reader may see that."""

    finding: Finding
    link: SubjectLink | None

    @property
    def percent(self) -> int:
        return round(self.finding.score * 100)

    @property
    def subject(self) -> dict[str, str]:
        label = self.link.label if self.link else ""
        return {"type": self.finding.subject_type, "id": self.finding.subject_id, "label": label}


def read_findings(registration: Registration, *, reader: User) -> list[Read]:
    """The newest assessment; one query for each type of subject."""
    findings = list(registration.findings.all())
    links: dict[tuple[str, str], SubjectLink] = {}
    for kind in sorted({f.subject_type for f in findings if f.subject_type in SUBJECTS}):
        ids = [f.subject_id for f in findings if f.subject_type == kind]
        links |= {(kind, found): link for found, link in SUBJECTS[kind](reader, ids).items()}
    return [Read(f, links.get((f.subject_type, f.subject_id))) for f in findings]


def recommendation(reads: list[Read]) -> dict[str, Any]:
    """{outcome, because [sentence], unless [sentence]}"""
    found = [rules.Found(r.finding.kind, r.finding.band, float(r.finding.score), ()) for r in reads]
    advice = rules.recommend(found)
    because = [str(BECAUSE[kind]) for kind in advice.because] or [str(NOTHING_FOUND)]
    return {"outcome": advice.outcome, "because": because, "unless": [str(UNLESS[code]) for code in advice.unless]}
