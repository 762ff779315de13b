"""How the verbs of selling together hold what they change."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from deals.cosell.models import CoSell
from deals.cosell.states import CoSellState
from deals.decisions.discretion import check_names_nobody
from deals.registrations.models import Registration
from deals.registrations.reading import locked_by_key
from prm.accounts.models import User
from prm.errors import NotAllowed, StateConflict
from prm.rows import update

May = Callable[[User, CoSell], bool]


def locked_deal(key: int) -> Registration:
    """Whoever changes a registration, or what hangs on it, holds its row first."""
    deal = locked_by_key(key)
    if deal is None:
        raise StateConflict(_("This draft was discarded."), state="discarded")
    return deal


def held(found: CoSell, by: User, may: May, state: CoSellState) -> CoSell:
    """As it is now, until the transaction ends. Raises NotAllowed before anything of the state is told."""
    deal = locked_deal(found.registration_id)
    found = CoSell.objects.with_nouns().select_for_update(of=("self",)).get(pk=found.pk)
    found.registration = deal
    if not may(by, found):
        raise NotAllowed(_("Your role does not allow this here."))
    if found.state != state:
        raise StateConflict(_("This is now: %(state)s.") % {"state": found.get_state_display()}, state=found.state)
    return found


def check_discreet(found: CoSell, text: str, by: User, *, field: str = "text") -> None:
    """What our own people write names no other partner."""
    if by.is_vendor:
        check_names_nobody(found.registration, text, field=field)


def change(found: CoSell, *fields: str) -> None:
    """Save what a verb changed, and grow the version that readers hold."""
    found.version += 1
    update(found, *dict.fromkeys((*fields, "version")))
