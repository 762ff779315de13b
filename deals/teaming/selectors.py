"""Who shares with whom, and who could."""

from datetime import datetime

from deals.conflicts.models import Band, Finding
from deals.events import SUBJECT
from deals.registrations.models import Registration
from deals.registrations.states import Outcome, State
from deals.teaming.models import Holder, Teaming, mates_of
from deals.teaming.states import TeamState


def seat_of(registration: Registration) -> Holder | None:
    """The current one; no query for whoever has none."""
    if registration.teaming_due_at is None and registration.outcome != Outcome.TEAMING:
        return None
    rows = Holder.objects.filter(registration=registration, is_current=True)
    return rows.select_related("teaming__proposed_by").first()


def holders_of(teaming: Teaming) -> list[Holder]:
    """Both, in the order in which their shares are counted."""
    people = ("partner__organisation", "partner__pam", "created_by", "account")
    rows = teaming.holders.select_related(*(f"registration__{name}" for name in people))
    return list(rows.order_by("pk"))


def team_keys(registration: Registration) -> list[int]:
    """Primary keys of the registration and of those that share its protection."""
    if registration.outcome != Outcome.TEAMING:
        return [registration.pk]
    return sorted([registration.pk, *mates_of(registration).values_list("pk", flat=True)])


def candidates(registration: Registration, now: datetime) -> list[Registration]:
    """Registrations of other partners that could share with this one, the surest first; as far as the newest check
    knows. The verb looks again under its lock."""
    found = Finding.objects.filter(registration=registration, subject_type=SUBJECT).exclude(matched=Band.HINT)
    score = dict(found.exclude(overlap=[]).values_list("subject_id", "score"))
    rows = Registration.objects.filter(public_id__in=score).exclude(partner=registration.partner_id).with_nouns()
    fit = [row for row in rows if why_not(registration, row, now) == ""]
    return sorted(fit, key=lambda row: (-score[row.public_id], row.pk))


def why_not(registration: Registration, other: Registration, now: datetime) -> str:
    """Why these two cannot share, as a code; "" when nothing speaks against it."""
    until = other.protected_until
    is_live = other.state == State.APPROVED and other.outcome == Outcome.EXCLUSIVE
    if other.state != State.SUBMITTED and not (is_live and until is not None and until > now):
        return "state"
    if other.teaming_due_at is not None:
        return "asked"
    if other.currency != registration.currency:
        return "currency"
    return "kind" if (other.opportunity == "renewal") != (registration.opportunity == "renewal") else ""


def open_teaming(registration: Registration) -> Teaming | None:
    seats = Holder.objects.filter(registration=registration, teaming__state=TeamState.OPEN)
    return Teaming.objects.filter(pk__in=seats.values("teaming")).first()
