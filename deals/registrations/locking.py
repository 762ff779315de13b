"""Every verb begins here: the row is locked and read again, the right is asked, the state is checked."""

from collections.abc import Callable, Collection

from django.utils.translation import gettext as _

from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.reading import locked_by_key, with_lines
from deals.registrations.states import TRANSITIONS, State, Verb
from prm.accounts.models import User
from prm.errors import NotAllowed, StateConflict
from prm.rows import update

May = Callable[[User, Registration], bool]


def locked(registration: Registration, *, verb: Verb, may: May, by: User) -> Registration:
    """The registration as it is now, locked until the transaction ends.

    Raises NotAllowed (before anything about the state is told) and StateConflict.
    """
    return locked_while(registration, states=TRANSITIONS[verb][0], may=may, by=by)


def locked_while(registration: Registration, *, states: Collection[State], may: May, by: User) -> Registration:
    """As `locked`, for what is asked and answered about a registration without leading it to another state."""
    found = locked_by_key(registration.pk)
    if found is None:
        raise StateConflict(_("This draft was discarded."), state="discarded")
    registration = with_lines(found)
    if not may(by, registration):
        raise NotAllowed(_("Your role does not allow this for this registration."))
    if registration.state not in states:
        raise conflict(registration)
    return registration


def conflict(registration: Registration) -> StateConflict:
    return StateConflict(
        _("This registration is now: %(state)s.") % {"state": State(registration.state).label},
        state=registration.state,
    )


def change(registration: Registration, *fields: str) -> None:
    """Save what a verb changed, and grow the version that readers hold."""
    registration.version += 1
    update(registration, *dict.fromkeys((*fields, "version")))


def look_again(rows: RegistrationQuerySet) -> int:
    """Have the relay assess these again. A row that another verb holds is left out: nobody waits for a finding,
    and an approval assesses again under its lock anyway."""
    free = rows.select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)
    return Registration.objects.filter(pk__in=list(free)).update(assessed_at=None)
