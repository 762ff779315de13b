"""A protection ends or begins: the line of those who had asked is opened or closed in the same transaction.

Telling them is the sweep's (`deals.releases.actions.pass_on`), which is rung behind the commit.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from deals.events import SUBJECT
from deals.registrations.events import record_deal
from deals.registrations.models import Registration
from deals.registrations.states import State
from deals.releases import notices
from deals.releases.models import FirstRefusal, Release
from deals.releases.rules import in_line
from deals.releases.selectors import askers_of, held_by, running_for
from deals.releases.states import LIVE, Turn
from prm.audit.actions import record_many
from prm.notices import doorbell

Told = tuple[int | None, tuple[str, str], dict[str, Any]]


def open_for(ids: Iterable[str], now: datetime) -> int:
    """Registrations (public ids) whose protections have ended; each is released once. A constant number of queries.

    Nothing is kept where nobody had asked. Returns how many were released.
    """
    held = held_by(ids)
    askers = askers_of(held) if held else {}
    if not askers:
        return 0
    keys = {held[public_id][0]: public_id for public_id in askers}
    known = set(Release.objects.filter(registration__in=keys).values_list("registration", flat=True))
    made = Release.objects.bulk_create(
        Release(registration_id=key, account_id=held[public_id][1], products=held[public_id][2], released_at=now)
        for key, public_id in sorted(keys.items())
        if key not in known
    )
    FirstRefusal.objects.bulk_create(
        FirstRefusal(release=release, registration_id=asker.key, place=place)
        for release in made
        for place, asker in enumerate(in_line(askers[keys[release.registration_id]]), start=1)
    )
    # Nobody's but the vendor's: whose protection it was is told to no partner.
    released: list[Told] = [(None, (SUBJECT, keys[release.registration_id]), {}) for release in made]
    record_many("deal.released", by=None, now=now, rows=released)
    doorbell.ring_after_commit()
    return len(made)


def open_unrecorded(accounts: Iterable[int], now: datetime) -> None:
    """What has ended by its date is released before anybody decides, although no sweep has passed yet."""
    ended = Registration.objects.filter(account__in=list(accounts), state=State.APPROVED, protected_until__lte=now)
    open_for(list(ended.values_list("public_id", flat=True)), now)


def close_for(
    registration: Registration, products: Iterable[int], now: datetime, *, beside: Registration | None = None
) -> None:
    """The customer is protected again: nobody's turn comes any more, and whose it was is told.

    `beside` shares the protection, and has not lost its turn either.
    """
    holders = [registration] if beside is None else [registration, beside]
    releases = running_for(registration.account_id or 0, products)
    if not releases:
        return
    turns = FirstRefusal.objects.filter(release__in=releases, state__in=[Turn.WAITING, *LIVE])
    left = list(turns.select_related("registration__partner", "taken_as").order_by("pk"))
    partners = {row.partner_id for row in holders}
    offered = [turn for turn in left if turn.state == Turn.OFFERED and turn.registration.partner_id not in partners]
    taken = {row.pk for row in holders}
    for turn in left:
        if turn.taken_as_id not in taken:
            turn.state = Turn.OVER
    FirstRefusal.objects.bulk_update(left, ["state"])
    Release.objects.filter(pk__in=[release.pk for release in releases]).update(closed_at=now)
    for turn in offered:
        record_deal("deal.refusal_passed", turn.registration, by=None, now=now)
    notices.told(offered, now=now)
