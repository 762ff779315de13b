"""Writing announcements, taking them back, and putting them away."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.announcements import policies, rules
from prm.announcements.audiences import labels
from prm.announcements.models import Announcement, Dismissal
from prm.announcements.states import State
from prm.audit.actions import record
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell
from prm.notices.actions import take_back

SUBJECT = "announcement"


@transaction.atomic
def write(*, values: Mapping[str, Any], by: User, now: datetime) -> Announcement:
    """`starts_at` None begins now. InvalidInput for the audience, the period or the link."""
    _check_may(by)
    given = _checked(values, now)
    announcement = Announcement.objects.create(**given, created_at=now, created_by=by)
    _record("announcement.written", announcement, by, now, {"audience": announcement.audience})
    doorbell.ring_after_commit()
    return announcement


@transaction.atomic
def change(
    *, announcement: Announcement, values: Mapping[str, Any], version: int | None = None, by: User, now: datetime
) -> Announcement:
    """Before it begins. Later, withdrawn, or with a `version` that is no longer the present one: StateConflict."""
    _check_may(by)
    announcement = _locked(announcement)
    if announcement.state(now) != State.SCHEDULED:
        raise StateConflict(_("This has begun or is withdrawn: people have read it."), state=announcement.state(now))
    if version is not None and version != announcement.version:
        raise StateConflict(_("Somebody else has changed this meanwhile. Read it again."), state=State.SCHEDULED)
    given = _checked(values, now)
    changed = sorted(name for name, value in given.items() if getattr(announcement, name) != value)
    if changed:
        for name in changed:
            setattr(announcement, name, given[name])
        announcement.version += 1
        announcement.changed_at, announcement.changed_by = now, by
        announcement.save()
        _record("announcement.changed", announcement, by, now, {"fields": changed})
    return announcement


@transaction.atomic
def withdraw(*, announcement: Announcement, by: User, now: datetime) -> Announcement:
    """Nobody sees it from now on, and what is not mailed yet is not mailed. A second time is StateConflict."""
    _check_may(by)
    announcement = _locked(announcement)
    if announcement.withdrawn_at is not None:
        raise StateConflict(_("This is withdrawn already."), state=State.WITHDRAWN)
    announcement.withdrawn_at, announcement.withdrawn_by = now, by
    announcement.version += 1
    announcement.save(update_fields=["withdrawn_at", "withdrawn_by", "version"])
    take_back(f"{announcement.public_id}-")
    _record("announcement.withdrawn", announcement, by, now, {})
    return announcement


@transaction.atomic
def dismiss(*, announcement: Announcement, by: User, now: datetime) -> None:
    """Put it away for this person; a second time changes nothing."""
    row = Dismissal(announcement=announcement, dismissed_at=now, dismissed_by=by)
    Dismissal.objects.bulk_create([row], ignore_conflicts=True)


def _check_may(by: User) -> None:
    if not policies.can_write(by):
        raise NotAllowed(_("Your roles do not include this."))


def _locked(announcement: Announcement) -> Announcement:
    return Announcement.objects.select_for_update(of=("self",)).get(pk=announcement.pk)


def _checked(values: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    given = {**values, "starts_at": values.get("starts_at") or now, "audience": sorted(set(values["audience"]))}
    errors = rules.faults_of_period(given["starts_at"], given.get("ends_at"), now)
    if not given["audience"] or not set(given["audience"]) <= set(labels()):
        errors["audience"] = [_("Choose at least one audience of the list.")]
    if given.get("link") and not rules.is_link(given["link"]):
        errors["link"] = [
            _("Give an address such as https://example.com/page, or a page of the portal such as /deals/.")
        ]
    if errors:
        raise InvalidInput(errors)
    return given


def _record(kind: str, announcement: Announcement, by: User, now: datetime, data: dict[str, Any]) -> None:
    record(kind, by=by, now=now, organisation_id=None, subject=(SUBJECT, announcement.public_id), data=data)
