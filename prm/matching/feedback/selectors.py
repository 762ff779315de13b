"""What was said of a record and others."""

from collections.abc import Mapping
from dataclasses import dataclass

from prm.matching.feedback.models import Judgement
from prm.matching.feedback.rules import Record, Verdict, decided, paired
from prm.matching.identity import Identity
from prm.matching.rules import Match
from prm.questions import Question

_about = Question(Judgement.objects.about, str, int)


@dataclass(frozen=True)
class Feedback:
    """All verdicts on pairs of one record, by the other of the two."""

    record: Record
    identity: Identity
    by_other: Mapping[Record, Judgement]

    @property
    def says_same(self) -> bool:
        """Whether anybody is judged the same, however little the two have in common."""
        return any(judgement.verdict == Verdict.SAME for judgement in self.by_other.values())

    def others(self, source: str) -> set[int]:
        """The ids there of all that anything was said of."""
        return {record_id for where, record_id in self.by_other if where == source}

    def on(self, other: Record, identity: Identity, match: Match) -> Match:
        """The match as it counts: what people said of the pair prevails while both are described as they were."""
        said = self.by_other.get(other)
        if said is None or not said.holds(self.record, self.identity, identity):
            return match
        return decided(match, said.verdict)


def feedback_on(record: Record, identity: Identity) -> Feedback:
    """One query, whether anything was said or not."""
    found = _about.all(*record)
    return Feedback(record, identity, {judgement.other_than(record): judgement for judgement in found})


def judgement_of(one: Record, other: Record) -> Judgement | None:
    return Judgement.objects.between(*paired(one, other)).select_related("judged_by", "policy").first()
