"""Replays, and what one found, as files."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, QueryDict

from deals.registrations.models import Registration
from deals.replays.models import Replay, ReplayDifference
from deals.replays.sentences import told
from deals.reversals.models import reversal_of
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.portal.listings import LISTINGS, Cell, Listing

REPLAYS = ("Version", "Decided since", "Asked at", "Asked by", "Decisions", "Would differ", "Without a basis")
FOUND = (
    "Registration",
    "Partner",
    "Customer",
    "Decided at",
    "Under version",
    "What",
    "Before",
    "After",
    "Rule",
    "Why",
    "Reversed at",
)
ORDER, BY_DECISION = ("-created_at", "-pk"), ("-registration__decided_at", "-pk")
PORTION = 500


def _replays(user: User, _asked: QueryDict) -> QuerySet[Replay]:
    return Replay.objects.visible_to(user).select_related("version", "created_by").order_by(*ORDER)


def _replay_cells(rows: QuerySet[Replay], _reader: User) -> Iterator[tuple[Cell, ...]]:
    for row in rows.iterator(chunk_size=PORTION):
        by = str(row.created_by) if row.created_by else ""
        yield row.version.number, row.since, row.created_at, by, row.total, row.differing, row.without_basis


def found_in(replay: Replay) -> QuerySet[ReplayDifference]:
    rows = ReplayDifference.objects.filter(replay=replay)
    return rows.select_related("registration__partner__organisation", "registration__policy", "registration__reversal")


def _found(user: User, asked: QueryDict) -> QuerySet[ReplayDifference]:
    replay = Replay.objects.visible_to(user).filter(public_id=asked.get("replay", "")).first()
    if replay is None:
        raise Http404
    return found_in(replay).order_by(*BY_DECISION)


def reversed_at(deal: Registration) -> datetime | None:
    found = reversal_of(deal)
    return found.reversed_at if found else None


def _cells(rows: QuerySet[ReplayDifference], _reader: User) -> Iterator[tuple[Cell, ...]]:
    """A line for each difference."""
    for row in rows.iterator(chunk_size=PORTION):
        deal = row.registration
        partner = deal.partner.organisation.name
        number = deal.policy.number if deal.policy else None
        about = (deal.reference, partner, deal.customer_name, deal.decided_at, number)
        for item in map(told, row.differences):
            told_of = (item["aspect"], item["before"], item["after"], item["clause"], "; ".join(item["why"]))
            yield *about, *told_of, reversed_at(deal)


LISTING = LISTINGS.register("replays", Listing("replays", REPLAYS, (P.POLICIES_MANAGE,), _replays, _replay_cells))
DIFFERENCES = LISTINGS.register("replay-differences", Listing("replay", FOUND, (P.POLICIES_MANAGE,), _found, _cells))
