"""What the demo's account managers said of pairs that the conflict check had found, when it was all decided."""

from collections.abc import Iterator
from datetime import datetime

from deals.conflicts.actions import judge
from deals.conflicts.comparing import Other, other_of
from deals.conflicts.models import Finding
from deals.registrations.models import Registration
from deals.registrations.states import UNDECIDED
from prm.accounts.models import User
from prm.matching.feedback.models import Judgement

# So many of each answer; what is left is for whoever looks at the demo.
MOST = 14
REASONS = {
    "same": ("The same address and the same managing director.", "", "The register lists one company.", ""),
    "different": ("Another owner; only the name is alike.", "", "Two companies of one trade.", ""),
}


def judgements(now: datetime) -> None:
    """Only pairs that are decided, so that no open conflict of the demo disappears."""
    if Judgement.objects.exists():
        return
    left = {verdict: MOST for verdict in REASONS}
    for registration, other, by in _pairs():
        verdict = "same" if _is_same(registration, other) else "different"
        if left[verdict]:
            left[verdict] -= 1
            reason = REASONS[verdict][left[verdict] % len(REASONS[verdict])]
            judge(registration=registration, other=other, verdict=verdict, reason=reason, by=by, now=now)


def _pairs() -> Iterator[tuple[Registration, Other, User]]:
    rows = Finding.objects.exclude(subject_type="").exclude(registration__state__in=UNDECIDED)
    seen: set[frozenset[str]] = set()
    for finding in rows.select_related("registration__partner__pam", "registration__partner__organisation"):
        registration, by = finding.registration, finding.registration.partner.pam
        pair = frozenset((registration.public_id, finding.subject_id))
        other = other_of(registration, finding.subject_id, reader=by) if by and pair not in seen else None
        seen.add(pair)
        if by and other is not None and not (isinstance(other, Registration) and other.is_undecided):
            yield registration, other, by


def _is_same(registration: Registration, other: Other) -> bool:
    """The demo knows who is who: its customers keep their names."""
    mine, theirs = registration.identity, other.identity
    return (mine.name, mine.country) == (theirs.name, theirs.country)
