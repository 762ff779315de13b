"""Registrations as their receipts see them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from deals.amendments.models import Amendment
from deals.engagement.models import EngagementAppeal
from deals.receipts.rules import STEPS, Standing, claims, facts
from deals.registrations.models import Registration
from deals.registrations.states import State
from partners.models import Partner
from prm.accounts.models import Organisation
from prm.audit.models import Event
from prm.policy.models import PolicyVersion
from prm.questions import planned_once
from prm.signing.sockets import Claims, Step

# By hand: each verb that is certified asks it, and a registration has many more columns.
STANDINGS = f"""
    select deal.public_id, organisation.public_id, deal.priority_at, deal.priority_number, deal.decided_at,
        deal.protected_until, deal.terms::text, policy.number, (
            select coalesce(json_agg(json_build_array(before.until, before.terms) order by before.until), '[]')::text
            from (
                select answered_at as until, terms_before as terms from {Amendment._meta.db_table}
                where registration_id = deal.id and state = 'agreed'
                union all
                select decided_at, terms_before from {EngagementAppeal._meta.db_table}
                where registration_id = deal.id and outcome = 'upheld'
            ) before
        )
    from {Registration._meta.db_table} deal
    join {Partner._meta.db_table} partner on partner.id = deal.partner_id
    join {Organisation._meta.db_table} organisation on organisation.id = partner.organisation_id
    left join {PolicyVersion._meta.db_table} policy on policy.id = deal.policy_id
    where deal.public_id = any(%s) and deal.priority_at is not null
"""  # noqa: S608 - names of tables


def standings(ids: Sequence[str]) -> dict[str, Standing]:
    """Those that have a place in line, in one query."""
    with connection.cursor() as cursor, planned_once():
        cursor.execute(STANDINGS, [sorted(set(ids))])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return {row[0]: _standing(row) for row in rows}


def _standing(row: tuple[Any, ...]) -> Standing:
    deal, partner, priority_at, number, decided_at, until, terms, policy, before = row
    earlier = tuple((datetime.fromisoformat(moment), kept) for moment, kept in json.loads(before))
    return Standing(deal, partner, priority_at, number, decided_at, until, json.loads(terms), policy, earlier)


def steps(events: Sequence[Event], secret: str) -> list[Step]:
    known = standings([event.subject_id for event in events])
    return [_step(event, known[event.subject_id], secret) for event in events]


def _step(event: Event, standing: Standing, secret: str) -> Step:
    return Step(STEPS[event.kind][0], claims(event.kind, event.data, event.at, standing, secret))


def must_say(ids: list[str], secret: str) -> dict[str, Claims]:
    return {deal: facts(standing, secret) for deal, standing in standings(ids).items()}


def held(ids: list[str]) -> list[str]:
    """Locked as their verbs lock them; what somebody has in hand is left out."""
    free = Registration.objects.exclude(state=State.DRAFT).filter(public_id__in=ids).order_by("pk")
    return list(free.select_for_update(skip_locked=True, of=("self",)).values_list("public_id", flat=True))
