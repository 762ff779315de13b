"""Comparing a list, portion by portion: a process that dies loses its present one alone."""

from datetime import datetime
from typing import Any

from deals.mapping import rules
from deals.mapping.models import MappedList, MappedPortion, MappedRow
from deals.mapping.states import MapState
from partners.customers.selectors import accounts_like
from partners.lists.rules import Unfit, identity_of
from prm.ids import random_id
from prm.jobs.models import Job
from prm.jobs.sockets import KINDS, Kind
from prm.matching import Band, Identity, Thresholds
from prm.matching.rulebook import in_force
from prm.rows import insert_all

KIND = "mapping.match"
PREFIX = MappedRow._meta.get_field("public_id").prefix


def match_portion(job: Job, now: datetime) -> None:
    given = MappedList.objects.select_for_update(of=("self",)).get(public_id=job.subject_id)
    portion = MappedPortion.objects.get(of=given, number=job.done)
    thresholds = in_force(now).values.thresholds
    numbered = [
        (number, cells)
        for number, cells in enumerate(portion.rows, start=portion.first)
        if any(cell.strip() for cell in cells)
    ]
    made = [row for number, cells in numbered if (row := _row(given, number, cells, thresholds)) is not None]
    insert_all(MappedRow, made)
    portion.rows = []
    portion.save(update_fields=["rows"])
    given.refused += len(numbered) - len(made)
    given.save(update_fields=["refused"])


def _row(given: MappedList, number: int, cells: list[str], thresholds: Thresholds) -> dict[str, Any] | None:
    """Columns of MappedRow; None for what cannot be read."""
    try:
        identity = identity_of(given.columns, cells)
    except Unfit:
        return None
    return {
        "public_id": random_id(PREFIX),
        "of_id": given.pk,
        "number": number,
        "name": identity.name,
        "country": identity.country,
        "city": identity.city,
        **rules.values_of(given.columns, cells),
        "account_id": _known_as(identity, thresholds),
    }


def _known_as(identity: Identity, thresholds: Thresholds) -> int | None:
    """Only who is certainly the same customer."""
    found = accounts_like(identity, thresholds=thresholds)
    return next((account.pk for account, match in found if match.band == Band.BLOCK), None)


def finish(job: Job, now: datetime) -> None:
    """Nothing is told of how many are known: whoever adds a name to those that are would find out about it."""
    given = MappedList.objects.get(public_id=job.subject_id)
    given.state, given.finished_at = MapState.DONE, now
    given.version += 1
    given.save(update_fields=["state", "finished_at", "version"])


def give_up(job: Job, now: datetime) -> None:  # noqa: ARG001 - every kind of work is told when
    MappedList.objects.filter(public_id=job.subject_id).update(state=MapState.FAILED)


KINDS.register(KIND, Kind(portion=match_portion, failed=give_up, finished=finish))
