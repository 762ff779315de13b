"""Lists of companies are compared with registrations that are open or won."""

from deals.conflicts.selectors import SOURCE
from deals.registrations.models import Registration
from deals.registrations.states import OPEN, State
from partners.lists.sockets import REGISTERED, Registered
from prm import matching
from prm.accounts.roles import Permission as P
from prm.matching import Identity, Match


def likeliest(identity: Identity) -> tuple[str, Match] | None:
    found = matching.candidates(identity, sources=[SOURCE]).get(SOURCE)
    if not found:
        return None
    known = Registration.objects.filter(pk__in=found, state__in=[*OPEN, State.WON]).order_by("pk")
    ranked = matching.rank(identity, ((row, row.identity) for row in known))
    return next(((row.public_id, match) for row, match in ranked if match.is_notable), None)


REGISTERED.register("deal", Registered(P.DEALS_READ_ALL, likeliest))
