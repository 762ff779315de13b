"""Timelines: events turned into sentences for the person who reads them."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from prm.accounts.models import Organisation, User
from prm.accounts.roles import Permission
from prm.audit.kinds import KINDS
from prm.audit.models import Event
from prm.portal import formats

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class TimelineEntry:
    id: str
    kind: str
    at: datetime
    actor: str
    text: str
    data: dict[str, Any]


class _Blank(dict[str, Any]):
    """A field that the reader may not see leaves a gap in the sentence instead of an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def timeline(subject_type: str, subject_id: str, *, reader: User) -> list[TimelineEntry]:
    """Everything the reader may know about the subject, oldest first. Two queries.

    Vendor staff who may not read the log, such as sellers, read what partners read.

    The caller has already decided that the reader may see the subject itself.
    """
    events = Event.objects.about(subject_type, subject_id)
    if not reader.is_vendor and reader.organisation is not None:
        events = events.filter(organisation_id=reader.organisation.pk)
    return present(events, reader=reader)


def present(events: Iterable[Event], *, reader: User) -> list[TimelineEntry]:
    whole = reader.is_vendor and reader.may(Permission.EVENTS_READ_ALL)
    shown = [(event, kind) for event in events if (kind := KINDS.get(event.kind)) and (whole or kind.for_partners)]
    names = _names({event.actor_id for event, _kind in shown if event.actor_id})
    entries = []
    for event, kind in shown:
        data = kind.shown(event.data, whole=whole)
        actor = names.get(event.actor_id, _("A former user")) if event.actor_id else _("The system")
        entries.append(
            TimelineEntry(
                id=event.public_id,
                kind=event.kind,
                at=event.at,
                actor=actor,
                text=str(kind.sentence).format_map(_Blank({name: _said(value) for name, value in data.items()})),
                data=data,
            )
        )
    return entries


@dataclass(frozen=True)
class LoggedRow:
    """One event for administrators. Ids are public ones; empty for the system and for what is gone."""

    id: str
    at: datetime
    kind: str
    text: str
    actor: str
    actor_id: str
    organisation: str
    organisation_id: str
    subject_type: str
    subject_id: str
    data: str


def logged(events: list[Event], *, reader: User) -> list[LoggedRow]:
    """Every event, those of kinds that are no longer declared too. Three queries for any number."""
    sentences = {entry.id: entry for entry in present(events, reader=reader)}
    people = User.objects.in_bulk({event.actor_id for event in events if event.actor_id})
    organisations = Organisation.objects.in_bulk({event.organisation_id for event in events if event.organisation_id})
    rows = []
    for event in events:
        entry, actor = sentences.get(event.public_id), people.get(event.actor_id or 0)
        organisation = organisations.get(event.organisation_id or 0)
        rows.append(
            LoggedRow(
                id=event.public_id,
                at=event.at,
                kind=event.kind,
                text=entry.text if entry else event.kind,
                actor=entry.actor if entry else str(actor or ""),
                actor_id=actor.public_id if actor else "",
                organisation=organisation.name if organisation else "",
                organisation_id=organisation.public_id if organisation else "",
                subject_type=event.subject_type,
                subject_id=event.subject_id,
                data=json.dumps(event.data, ensure_ascii=False, sort_keys=True),
            )
        )
    return rows


def _said(value: Any) -> Any:
    """Moments and days stand as ISO text in the log; a sentence says them as the reader writes them."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            return formats.moment(datetime.fromisoformat(value))
        if isinstance(value, str) and _DAY.fullmatch(value):
            return formats.day(date.fromisoformat(value))
    except ValueError:
        return value
    return value


def _names(ids: set[int]) -> dict[int | None, str]:
    return {user.pk: str(user) for user in User.objects.filter(pk__in=ids)}
