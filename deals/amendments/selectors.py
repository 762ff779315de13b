"""What was proposed for a registration, and what is booked for good."""

from deals.amendments.models import Amendment
from deals.registrations.models import Registration
from deals.registrations.quotes import ONCE, YEARLY
from deals.registrations.states import State


def open_of(registration: Registration) -> Amendment | None:
    return Amendment.objects.open().filter(registration=registration).first()


def has_agreed(registration: Registration) -> bool:
    return Amendment.objects.agreed().filter(registration=registration).exists()


def earned_for_good(registration: Registration) -> frozenset[str]:
    """Of a won deal what is earned once, and the years when no other one comes."""
    if registration.state != State.WON:
        return frozenset()
    return frozenset({ONCE} if registration.next_yearly_on else {ONCE, YEARLY})
