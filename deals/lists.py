"""Lists of companies are compared with registrations that are open or won."""

from deals.conflicts.selectors import SOURCE
from deals.registrations.models import Registration
from deals.registrations.states import OPEN, State
from partners.lists.sockets import REGISTERED, Registered
from prm import matching
from prm.accounts.roles import Permission as P
from prm.matching import Identity, Match


def likeliest(identity: Identity) -> tuple[str, Match] | None:
    found = {pk: match for pk, match in matching.matches(identity, source=SOURCE) if match.is_notable}
    if not found:
        return None
    rows = Registration.objects.filter(pk__in=found, state__in=[*OPEN, State.WON]).order_by()
    known = dict(rows.values_list("pk", "public_id"))
    return next(((known[pk], match) for pk, match in found.items() if pk in known), None)


REGISTERED.register("deal", Registered(P.DEALS_READ_ALL, likeliest))
