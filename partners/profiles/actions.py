"""Verbs about partners. Each writes its event in its own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from partners.profiles import policies
from partners.profiles.models import Partner
from prm.accounts.actions import invite
from prm.accounts.models import Organisation, User
from prm.audit.actions import record
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.actions import promise

PROFILE = ("model", "size", "regions", "segments", "competencies", "executive_sponsor", "state", "joined_on")
ORGANISATION = ("name", "country", "time_zone")


@transaction.atomic
def create_partner(
    *, values: Mapping[str, Any], pam: User | None = None, admin_email: str = "", by: User | None, now: datetime
) -> Partner:
    """A new organisation with its profile; its first admin is invited when an address is given.

    `values` holds checked fields of PROFILE and ORGANISATION, at least name and model.
    """
    if by is not None and not policies.can_create(by):
        raise NotAllowed(_("You may not add partners."))
    about = {name: values[name] for name in ORGANISATION if name in values}
    organisation = Organisation.objects.create(kind=Organisation.Kind.PARTNER, created_by=by, **about)
    profile = {"joined_on": local_date(now, organisation.time_zone)}
    profile |= {name: values[name] for name in PROFILE if name in values}
    partner = Partner.objects.create(organisation=organisation, **profile)
    _record("partner.created", partner, by, now, {"model": partner.model})
    if pam is not None:
        partner = assign_pam(partner=partner, pam=pam, by=by, now=now)
    if admin_email and by is not None:
        invite(organisation=organisation, email=admin_email, roles=["partner_admin"], by=by, now=now)
    return partner


@transaction.atomic
def update_partner(
    *, partner: Partner, values: Mapping[str, Any], by: User, now: datetime, version: int | None = None
) -> Partner:
    """Change the given fields of PROFILE and ORGANISATION; nothing is written when nothing differs.

    A `version` that is no longer the present one is a StateConflict.
    """
    partner = _locked(partner)
    if not policies.can_update(by, partner):
        raise NotAllowed(_("You may not change this partner."))
    if version is not None and version != partner.version:
        raise StateConflict(_("Somebody else has changed this partner meanwhile."), state="changed")
    changed = sorted(name for name in values if getattr(_holder(partner, name), name) != values[name])
    if not changed:
        return partner
    if "state" in changed and not policies.can_suspend(by):
        raise NotAllowed(_("You may not suspend or reinstate partners."))
    for name in changed:
        setattr(_holder(partner, name), name, values[name])
    partner.organisation.save(update_fields=ORGANISATION)
    _save(partner)
    _record("partner.updated", partner, by, now, {"fields": changed})
    return partner


@transaction.atomic
def assign_pam(*, partner: Partner, pam: User | None, by: User | None, now: datetime) -> Partner:
    """Who looks after the partner from now on; None leaves it to everybody. The new one is told."""
    partner = _locked(partner)
    if by is not None and not policies.can_assign_pam(by):
        raise NotAllowed(_("You may not assign partner account managers."))
    if pam is not None and not policies.can_look_after(pam):
        raise InvalidInput({"pam": [_("Choose a partner account manager.")]})
    if partner.pam == pam:
        return partner
    partner.pam = pam
    _save(partner)
    _record("partner.pam_assigned", partner, by, now, {"pam": pam.public_id if pam else None})
    if pam is not None and pam != by:
        _tell(pam, partner, now)
    return partner


def _locked(partner: Partner) -> Partner:
    rows = Partner.objects.select_for_update(of=("self", "organisation")).select_related("organisation")
    return rows.get(pk=partner.pk)


def _holder(partner: Partner, name: str) -> Partner | Organisation:
    return partner.organisation if name in ORGANISATION else partner


def _save(partner: Partner) -> None:
    partner.version += 1
    partner.save()


def _tell(pam: User, partner: Partner, now: datetime) -> None:
    promise(
        key=f"partner-{partner.pk}-pam-{partner.version}",
        kind="partner.pam_assigned",
        to=pam,
        organisation=pam.organisation,
        title=_("You look after %(partner)s now") % {"partner": partner.organisation.name},
        body=_("Their registrations come to you for a decision."),
        path=f"/partners/{partner.public_id}/",
        now=now,
    )


def _record(kind: str, partner: Partner, by: User | None, now: datetime, data: dict[str, Any]) -> None:
    subject = ("partner", partner.public_id)
    record(kind, by=by, now=now, organisation_id=partner.organisation_id, subject=subject, data=data)
