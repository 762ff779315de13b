"""Changing how the programme presents itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from prm.accounts.models import User
from prm.audit.actions import record
from prm.branding import policies, rules
from prm.branding.models import ONLY, Branding, Logo
from prm.branding.pictures import Picture
from prm.branding.selectors import memory
from prm.errors import InvalidInput, NotAllowed, StateConflict

NOTHING: dict[str, Any] = {"name": "", "accent": "", "logo": None}


@transaction.atomic
def change(*, values: Mapping[str, Any], version: int | None = None, by: User, now: datetime) -> Branding:
    """Set some of name, accent and logo; empty or None is what the settings say. Nothing is written for no difference.

    `logo` is a Picture. A `version` that is no longer the present one is a StateConflict, an accent that cannot be
    read is InvalidInput.
    """
    branding = _locked(by)
    if version is not None and version != branding.version:
        raise StateConflict(_("Somebody else has changed this meanwhile; see below. Save again to set yours."))
    _check_accent(values.get("accent", ""))
    wanted = {**values, "logo": _stored(values["logo"], by, now)} if "logo" in values else dict(values)
    return _write(branding, wanted, by, now)


@transaction.atomic
def reset(*, by: User, now: datetime) -> Branding:
    """Back to what the settings say. Where nothing is set, StateConflict."""
    branding = _locked(by)
    if branding.is_default:
        raise StateConflict(_("Nothing is set here; the programme looks as it was installed."))
    return _write(branding, NOTHING, by, now)


def _locked(by: User) -> Branding:
    if not policies.can_manage(by):
        raise NotAllowed(_("Your roles do not include this."))
    Branding.objects.get_or_create(pk=ONLY)
    return Branding.objects.select_for_update(of=("self",)).get(pk=ONLY)


def _check_accent(accent: str) -> None:
    if accent and not rules.can_be_read(accent):
        found = {
            "is": f"{rules.contrast_with_white(accent):.1f}",
            "least": rules.LEAST_CONTRAST,
            "better": rules.readable_like(accent),
        }
        sentence = _(
            "Text in this colour has a contrast of %(is)s : 1 with white, and needs %(least)s : 1. "
            "Choose a darker one: %(better)s is the nearest of the same hue."
        )
        raise InvalidInput({"accent": [sentence % found]})


def _stored(picture: Picture | None, by: User, now: datetime) -> Logo | None:
    if picture is None:
        return None
    about = {"kind": picture.kind, "width": picture.width, "height": picture.height, "data": picture.data}
    logo, _made = Logo.objects.get_or_create(
        digest=picture.digest, defaults={**about, "created_at": now, "created_by": by}
    )
    return logo


def _write(branding: Branding, wanted: Mapping[str, Any], by: User, now: datetime) -> Branding:
    before = branding.logo
    changed = sorted(name for name in wanted if getattr(branding, name) != wanted[name])
    if not changed:
        return branding
    for name in changed:
        setattr(branding, name, wanted[name])
    branding.version += 1
    branding.changed_at, branding.changed_by = now, by
    branding.save()
    _forget_logos(branding.logo, before)
    data = {"fields": changed, "accent": branding.accent, "logo": branding.logo.digest if branding.logo else ""}
    record("branding.changed", by=by, now=now, organisation_id=None, subject=("branding", str(ONLY)), data=data)
    transaction.on_commit(memory.forget)
    return branding


def _forget_logos(*kept: Logo | None) -> None:
    """The one before stays too: pages that were drawn a moment ago still ask for it."""
    Logo.objects.exclude(pk__in=[logo.pk for logo in kept if logo]).delete()
