"""Keeps verdicts. Callers have asked whether the person may, and write the event."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.errors import StateConflict
from prm.matching.feedback.models import Judgement
from prm.matching.feedback.rules import Record, paired, told_of
from prm.matching.feedback.selectors import judgement_of
from prm.matching.identity import Identity
from prm.matching.normaliser import ENGINE_VERSION
from prm.matching.rules import Match
from prm.policy.models import PolicyVersion


@dataclass(frozen=True)
class Side:
    """One of the two: where it is kept, and how it is described now."""

    record: Record
    identity: Identity


def keep(
    one: Side,
    other: Side,
    *,
    verdict: str,
    reason: str,
    match: Match,
    policy: PolicyVersion,
    version: int,
    by: User,
    now: datetime,
) -> Judgement:
    """Remember the verdict on the pair in place of the one that has this `version` (0: there is none yet).

    `match` is what the engine says without any verdict. StateConflict when somebody has judged the pair meanwhile.
    """
    first, second = sorted((one, other), key=lambda side: side.record)
    pair = paired(first.record, second.record)
    values: dict[str, Any] = {
        "verdict": verdict,
        "reason": reason,
        "judged_at": now,
        "judged_by": by,
        "told_a": told_of(first.identity),
        "told_b": told_of(second.identity),
        "score": Decimal(str(round(match.score, 3))),
        "ceiling": str(match.ceiling),
        "rules": rules_of(match),
        "engine_version": ENGINE_VERSION,
        "policy": policy,
    }
    if not (_change(pair, values, version) if version else _add(pair, values)):
        raise judged_meanwhile(pair)
    return Judgement.objects.between(*pair).get()


def take_back(one: Record, other: Record, *, version: int) -> None:
    """Forget the verdict of this `version`. StateConflict when it is another one by now, or none."""
    pair = paired(one, other)
    if not Judgement.objects.between(*pair).filter(version=version).delete()[0]:
        raise judged_meanwhile(pair)


def rules_of(match: Match) -> list[str]:
    """The rules that speak for it, each once; doubts and what only explains are none."""
    return list(dict.fromkeys(line.rule for line in match.evidence if line.strength is not None and line.strength > 0))


def judged_meanwhile(pair: tuple[Record, Record]) -> StateConflict:
    said = judgement_of(*pair)
    if said is None:
        return StateConflict(_("Nobody has judged this pair, or it was taken back meanwhile."), code="judged_meanwhile")
    name = said.judged_by or _("a former user")
    sentence = _("%(name)s has judged this pair meanwhile: %(verdict)s. Look again before you change it.")
    return StateConflict(
        sentence % {"name": name, "verdict": said.get_verdict_display()}, state=said.verdict, code="judged_meanwhile"
    )


def _add(pair: tuple[Record, Record], values: dict[str, Any]) -> bool:
    """Whoever is second finds the row of the first, and waits until that has become true or not."""
    (source_a, record_a), (source_b, record_b) = pair
    _row, is_new = Judgement.objects.get_or_create(
        source_a=source_a, record_a=record_a, source_b=source_b, record_b=record_b, defaults=values
    )
    return is_new


def _change(pair: tuple[Record, Record], values: dict[str, Any], version: int) -> bool:
    changed = Judgement.objects.between(*pair).filter(version=version)
    return bool(changed.update(**values, version=F("version") + 1))
