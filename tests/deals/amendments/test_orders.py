"""Over every order of verbs terms change by an upheld appeal or by a recorded consent, and by nothing else."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from deals.amendments.actions import lapse_due
from deals.amendments.models import Amendment
from deals.earnings.actions import book_years_due, refund
from deals.earnings.rules import once_due
from deals.engagement.models import EngagementAppeal
from deals.registrations.models import Registration
from prm.clocks.database import database_now
from prm.errors import PrmError
from prm.ledger.models import Entry
from tests.deals.amendments.proposing import MANAGED, answer, propose, withdraw
from tests.deals.engagement.claiming import appeal, approved, decide, fresh, won
from tests.factories import Cast

STEPS = 4
Act = Callable[[Registration, Cast], object]
VERBS: dict[str, Act] = {
    "appeal": lambda deal, cast: appeal(deal, cast.helix.rep),
    "uphold": lambda deal, cast: decide(deal, cast.pam2, "upheld"),
    "keep": lambda deal, cast: decide(deal, cast.pam2, "kept"),
    "propose": lambda deal, cast: propose(deal, cast.pam, once="0.03"),
    "propose the years": lambda deal, cast: propose(deal, cast.pam, yearly="0.01"),
    "consent": lambda deal, cast: answer(deal, cast.helix.rep, True),
    "decline": lambda deal, cast: answer(deal, cast.helix.rep, False),
    "take back": lambda deal, cast: withdraw(deal, cast.pam),
    "lapse": lambda deal, cast: lapse_due(now=database_now() + timedelta(days=30)),
    "win": lambda deal, cast: won(deal),
    "year": lambda deal, cast: book_years_due(now=database_now() + timedelta(days=400)),
    "refund": lambda deal, cast: refund(
        registration=fresh(deal),
        amount=deal.value / 2,
        reason="x",
        by=cast.pam,
        now=database_now(),  # type: ignore[operator]
    ),
}
CHANGES = {"uphold", "consent"}


class _Back(Exception):
    pass


def standing(deal: Registration) -> Any:
    """What a verb could have touched; the same again is not looked at twice."""
    row = fresh(deal)
    # A proposal that came to nothing leaves nothing behind, whatever it came to nothing by.
    asked = Amendment.objects.filter(registration=deal, state__in=["proposed", "agreed"]).values_list("state", "once")
    claims = EngagementAppeal.objects.filter(registration=deal).values_list("outcome", flat=True)
    entries = Entry.objects.order_by("pk").values_list("kind", "amount")
    return (
        row.state,
        str(row.terms),
        row.next_yearly_on,
        row.refunded_value,
        *map(tuple, (asked.order_by("pk"), claims, entries)),
    )


def orders(deal: Registration, cast: Cast, left: int, seen: dict[Any, int]) -> Iterator[tuple[str, Any, Any]]:
    """Every order of so many verbs, each tried and taken back: (verb, terms before, registration after)."""
    now = standing(deal)
    if seen.get(now, 0) >= left:
        return
    seen[now] = left
    before = fresh(deal).terms
    for name, verb in VERBS.items():
        try:
            with transaction.atomic():
                try:
                    verb(deal, cast)
                except PrmError:
                    raise _Back from None
                yield name, before, fresh(deal)
                yield from orders(deal, cast, left - 1, seen)
                raise _Back
        except _Back:
            continue


@pytest.mark.timeout(300)
def test_terms_change_by_an_upheld_appeal_or_a_consent_alone(cast: Cast) -> None:
    deal = approved(cast, **MANAGED)
    changed: dict[str, int] = {}

    for verb, before, after in orders(deal, cast, STEPS, {}):
        if after.terms != before:
            changed[verb] = changed.get(verb, 0) + 1
            upheld = EngagementAppeal.objects.filter(registration=deal, outcome="upheld")
            agreed = Amendment.objects.agreed().filter(registration=deal).order_by("-answered_at")
            step = upheld[0] if verb == "uphold" else agreed[0]
            assert (step.terms_before, step.terms_after) == (before, after.terms)
        earned = Entry.objects.filter(kind="once")
        if after.won_value is not None and not after.refunded_value:
            due = once_due(after.terms, won_value=after.won_value, currency="EUR", holder="x")
            assert due is not None
            assert sum(entry.amount for entry in earned) == sum(due.parts.values())

    assert set(changed) == CHANGES
