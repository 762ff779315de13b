"""Comparing lists, portion by portion, by any number of workers at once.

A portion is held by the transaction that also notes its results: whoever dies loses one, and another takes it from
there. What waits is skipped while somebody holds it.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from partners.lists.models import CompanyList, ListPortion, ListRow
from partners.lists.rules import Unfit, identity_of
from partners.lists.sockets import REGISTERED
from partners.lists.states import Band, State
from prm.accounts.models import User
from prm.clocks.database import database_now
from prm.matching import Identity, Match
from prm.notices import doorbell, relay
from prm.rows import insert_all

# A portion that ends its process leaves no word: after that many tries the list is stopped.
MOST_ATTEMPTS = 5


def assess_next(now: datetime | None = None) -> int:
    """One portion of the oldest list. Returns how many were done; safe in any number, in parallel."""
    taken = _take()
    if taken is None:
        return 0
    if taken.attempts > MOST_ATTEMPTS:
        return CompanyList.objects.filter(pk=taken.of_id, state=State.WORKING).update(state=State.FAILED)
    done = _assess(taken.pk)
    finish_compared(now or database_now())
    return done


def finish_compared(now: datetime) -> int:
    """Asked after the commit: of two that end the last portions at once, neither sees the other's."""
    waiting = ListPortion.objects.filter(of=OuterRef("pk"), done=False)
    ended = CompanyList.objects.filter(~Exists(waiting), state=State.WORKING)
    return ended.update(state=State.DONE, finished_at=now)


@transaction.atomic
def _take() -> ListPortion | None:
    """Counted before it is tried, in a transaction of its own: a portion may take its process down."""
    for working in CompanyList.objects.filter(state=State.WORKING).order_by("pk"):
        waiting = ListPortion.objects.filter(of=working, done=False).order_by("attempts", "pk")
        portion = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        if portion is not None:
            portion.attempts += 1
            portion.save(update_fields=["attempts"])
            return portion
    return None


@transaction.atomic
def _assess(pk: int) -> int:
    """Another worker may have taken it between the two transactions: then there is nothing to do."""
    rows = ListPortion.objects.select_related("of__started_by").filter(pk=pk, done=False)
    portion = rows.select_for_update(skip_locked=True, of=("self",)).first()
    if portion is None:
        return 1
    results = compared(portion)
    insert_all(ListRow, results)
    for band in Band.values:
        setattr(portion, band, sum(result["band"] == band for result in results))
    portion.rows, portion.done = [], True
    portion.save(update_fields=["rows", "done", *Band.values])
    doorbell.ring_after_commit()
    return 1


def compared(portion: ListPortion) -> list[dict[str, Any]]:
    """A result for each row that is not empty, as columns of ListRow."""
    by = portion.of.started_by
    numbered = enumerate(portion.rows, start=portion.first)
    return [
        {"of_id": portion.of_id, "number": number, **_result(portion.of.columns, cells, by)}
        for number, cells in numbered
        if any(cell.strip() for cell in cells)
    ]


def _result(columns: list[str], cells: list[str], by: User | None) -> dict[str, Any]:
    empty = {"name": "", "country": "", "band": Band.REFUSED.value, "score": "0", "matches": [], "sentence": ""}
    try:
        identity = identity_of(columns, cells)
    except Unfit as error:
        return {**empty, "sentence": str(error)}
    found = [(kind, *hit) for kind, hit in _likeliest(identity, by)]
    found.sort(key=lambda one: -one[2].score)
    best = found[0][2] if found else None
    return {
        **empty,
        "name": identity.name,
        "country": identity.country,
        "band": str(best.band) if best else Band.NONE.value,
        "score": str(_share(best)) if best else "0",
        "matches": [_shown(kind, public_id, match) for kind, public_id, match in found],
    }


def _likeliest(identity: Identity, by: User | None) -> list[tuple[str, tuple[str, Match]]]:
    """Of each kind of record, for whoever had the list compared."""
    found = []
    for kind in REGISTERED.names():
        registered = REGISTERED[kind]
        if by is not None and by.may(registered.permission) and (hit := registered.likeliest(identity)) is not None:
            found.append((kind, hit))
    return found


def _share(match: Match) -> Decimal:
    return Decimal(str(round(match.score, 3)))


def _shown(kind: str, public_id: str, match: Match) -> dict[str, Any]:
    lines = [{"rule": line.rule, "text": str(line.text)} for line in match.evidence]
    return {"type": kind, "id": public_id, "score": match.score, "band": str(match.band), "evidence": lines}


relay.WORK.register("partners.lists", assess_next)
