"""Four eyes: whoever decided does not take it back, and nobody reverses what they submitted.

A protection that two share ends for both, so the eyes are others than those of either decision.
"""

from django.db.models import Q

from deals.appeals.models import appeal_of
from deals.appeals.states import Outcome as Answer
from deals.registrations.models import Registration
from deals.registrations.rules import allows
from deals.registrations.states import Outcome, State, Verb
from deals.teaming.models import mates_of
from prm.accounts.models import User
from prm.accounts.roles import Permission as P


def can_reverse(user: User, registration: Registration) -> bool:
    if user.pk in (registration.submitted_by_id, registration.decided_by_id):
        return False
    return user.may(P.DEALS_DECIDE, P.DEALS_OVERRIDE) and not _had_a_hand_in_the_other(user, registration)


def _had_a_hand_in_the_other(user: User, registration: Registration) -> bool:
    if registration.outcome != Outcome.TEAMING:
        return False
    return mates_of(registration).filter(Q(submitted_by=user) | Q(decided_by=user)).exists()


def is_corrected(registration: Registration) -> bool:
    """By an appeal that was upheld: the refusal has been made good. An approval can still be reversed."""
    appeal = appeal_of(registration)
    upheld = appeal is not None and appeal.outcome in {Answer.REINSTATED, Answer.COMPENSATED}
    return upheld and registration.state == State.REJECTED


def is_offered(user: User, registration: Registration) -> bool:
    return (
        allows(Verb.REVERSE, registration.state) and not is_corrected(registration) and can_reverse(user, registration)
    )
