"""Writing down what partners can do. Whoever knows the proofs hands in what follows from them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from partners.capabilities.models import Capability
from partners.capabilities.rules import Held, Key
from partners.profiles.models import Partner
from prm.accounts.models import User
from prm.audit.actions import record_many

Told = list[tuple[int | None, tuple[str, str], dict[str, Any]]]


def hold_partners(organisations: Iterable[int]) -> list[Partner]:
    """The partners among these, locked in one order: whoever counts their proofs afterwards misses none."""
    rows = Partner.objects.select_for_update(of=("self",), no_key=True).filter(organisation__in=set(organisations))
    return list(rows.order_by("pk").select_related("organisation"))


@transaction.atomic
def keep_capabilities(
    *, partners: Sequence[Partner], held: Mapping[int, Sequence[Held]], by: User | None, now: datetime
) -> None:
    """Of these partners, which the caller holds, exactly what is `held`, by their keys. What differs is an event.

    Called again with the same it writes nothing.
    """
    known: dict[int, dict[Key, Capability]] = {partner.pk: {} for partner in partners}
    for row in Capability.objects.filter(partner__in=list(known)):
        known[row.partner_id][row.competency, row.level] = row
    for partner in partners:
        _keep(partner, known[partner.pk], {each.key: each for each in held.get(partner.pk, ())}, by, now)


def _keep(
    partner: Partner, before: Mapping[Key, Capability], after: Mapping[Key, Held], by: User | None, now: datetime
) -> None:
    gained = [each for key, each in after.items() if key not in before]
    lost = [row for key, row in before.items() if key not in after]
    changed = [_changed(before[key], each) for key, each in after.items() if key in before]
    moved = [row for row, is_other_day in filter(None, changed) if is_other_day]
    rows = [
        Capability(
            partner=partner,
            competency=each.competency,
            level=each.level,
            holders=each.holders,
            valid_until=each.valid_until,
        )
        for each in gained
    ]
    Capability.objects.bulk_create(rows)
    Capability.objects.bulk_update([row for row, _moved in filter(None, changed)], ["holders", "valid_until"])
    if lost:
        Capability.objects.filter(pk__in=[row.pk for row in lost]).delete()
    _record("capability.gained", partner, rows, by, now)
    _record("capability.moved", partner, moved, by, now)
    _record("capability.lost", partner, lost, by, now)


def _changed(row: Capability, held: Held) -> tuple[Capability, bool] | None:
    """The row as it should be, and whether it ends another day; None where nothing differs."""
    if (row.holders, row.valid_until) == (held.holders, held.valid_until):
        return None
    is_other_day = row.valid_until != held.valid_until
    row.holders, row.valid_until = held.holders, held.valid_until
    return row, is_other_day


def _record(kind: str, partner: Partner, rows: Sequence[Capability], by: User | None, now: datetime) -> None:
    if rows:
        about = ("partner", partner.organisation.public_id)
        told: Told = [(partner.organisation_id, about, _data(row, kind)) for row in rows]
        record_many(kind, by=by, now=now, rows=told)


def _data(row: Capability, kind: str) -> dict[str, Any]:
    data = {"competency": row.competency, "level": str(row.level)}
    return data if kind == "capability.lost" else data | {"until": row.valid_until.date().isoformat()}
