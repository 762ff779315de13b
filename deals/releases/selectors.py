"""Who had asked for what was protected, by what was recorded then; and whose turn it is now."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from deals.conflicts.models import Finding
from deals.events import SUBJECT
from deals.precedence import BLOCK, EARLIER, PROTECTION
from deals.protections.models import Protection
from deals.registrations.models import Registration, RegistrationQuerySet
from deals.registrations.states import UNDECIDED, RejectReason, State
from deals.releases.models import FirstRefusal, Release
from deals.releases.rules import Asker, ahead_of
from deals.releases.states import Turn
from partners.states import PartnerState

# Refused for it, lapsed before it, or waiting behind it. A weak likeness counts where a person has decided on it.
REFUSED = Q(registration__state=State.REJECTED, registration__decision_reason=RejectReason.ALREADY_PROTECTED)
LAPSED = Q(registration__state=State.LAPSED, kind=PROTECTION, band=BLOCK)
WAITING = Q(registration__state__in=UNDECIDED, kind__in=[PROTECTION, EARLIER], matched=BLOCK)


def held_by(ids: Iterable[str]) -> dict[str, tuple[int, int, list[int]]]:
    """What each of these registrations (public ids) was protected for: (key, account, product lines)."""
    rows = Protection.objects.filter(registration__public_id__in=list(ids))
    found: dict[str, tuple[int, int, list[int]]] = {}
    values = ("registration__public_id", "registration", "account", "product")
    for public_id, key, account, product in rows.order_by("pk").values_list(*values):
        found.setdefault(public_id, (key, account, []))[2].append(product)
    return found


def askers_of(ids: Iterable[str]) -> dict[str, list[Asker]]:
    """Those whom the registrations (public ids) stood in the way of."""
    rows = Finding.objects.filter(REFUSED | LAPSED | WAITING, subject_type=SUBJECT, subject_id__in=list(ids))
    rows = rows.exclude(overlap=[]).filter(registration__partner__state=PartnerState.ACTIVE)
    found: dict[str, list[Asker]] = defaultdict(list)
    values = ("subject_id", "registration", "registration__partner", "registration__state")
    places = ("registration__priority_at", "registration__priority_number")
    for subject, key, partner, state, at, number in rows.values_list(*values, *places).distinct().order_by():
        found[subject].append(Asker(key, partner, (at, number), state in UNDECIDED))
    return found


def refusals_ahead(partner: int, accounts: Iterable[int], now: datetime) -> list[FirstRefusal]:
    """Whose first refusal stands in the way of that partner with one of these customers. Always one query."""
    rows = FirstRefusal.objects.filter(release__account__in=list(accounts), release__closed_at=None)
    lines: dict[int, list[FirstRefusal]] = defaultdict(list)
    for turn in rows.select_related("release", "registration", "taken_as").order_by("release", "place"):
        lines[turn.release_id].append(turn)
    found = []
    for turns in lines.values():
        ahead = ahead_of(partner, [turn.standing for turn in turns], now)
        found += [turn for turn in turns if ahead is not None and turn.pk == ahead.key]
    return found


def turn_of(registration: Registration) -> FirstRefusal | None:
    """The newest turn of a registration that had asked, or of the one that was taken up with it."""
    mine = Q(registration=registration) | Q(taken_as=registration)
    rows = FirstRefusal.objects.filter(mine).exclude(offered_at=None).select_related("registration", "taken_as")
    return rows.order_by("-pk").first()


def line_of(registration: Registration) -> list[FirstRefusal]:
    """Everybody who had asked for what this registration was protected for; for the vendor alone."""
    rows = FirstRefusal.objects.filter(release__registration=registration)
    return list(rows.select_related("registration__partner__organisation", "taken_as").order_by("place"))


def offers_among(mine: RegistrationQuerySet, now: datetime) -> QuerySet[FirstRefusal]:
    """What of these may still be taken up, the most urgent first."""
    rows = FirstRefusal.objects.filter(state=Turn.OFFERED, due_at__gt=now, registration__in=mine)
    return rows.select_related("registration").order_by("due_at", "pk")


def running_for(account: int, products: Iterable[int]) -> list[Release]:
    """Releases of the customer that an approval of these products decides; locked."""
    rows = Release.objects.running().filter(account=account, products__overlap=list(products))
    return list(rows.select_for_update().order_by("pk"))
