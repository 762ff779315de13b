"""A partner beside our own seller: asked for by the seller, or the outcome of a case."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.direct.models import DirectOpportunity
from partners.models import Partner
from prm.accounts.models import User
from prm.audit.actions import record
from prm.errors import StateConflict

SUBJECT = "opportunity"


def attach(opportunity: DirectOpportunity, partner: Partner, part: str, *, by: User, now: datetime) -> None:
    """For verbs that hold the row. One partner for each opportunity, while it is open."""
    if not opportunity.is_open:
        raise closed(opportunity)
    if opportunity.partner_id is not None:
        raise StateConflict(_("A partner is attached already."), state=opportunity.stage)
    opportunity.partner, opportunity.part = partner, part
    opportunity.attached_at, opportunity.attached_by = now, by
    save(opportunity, "partner", "part", "attached_at", "attached_by")
    record_opportunity("direct.attached", opportunity, by=by, now=now, partner=partner.public_id, part=part)


def closed(opportunity: DirectOpportunity) -> StateConflict:
    said = _("This opportunity is now: %(stage)s.") % {"stage": opportunity.get_stage_display()}
    return StateConflict(said, state=opportunity.stage)


def save(opportunity: DirectOpportunity, *fields: str) -> None:
    opportunity.version += 1
    opportunity.save(update_fields=[*fields, "version"])


def record_opportunity(kind: str, opportunity: DirectOpportunity, *, by: User, now: datetime, **data: object) -> None:
    """Within the house: no partner reads of our own opportunities."""
    about = (SUBJECT, opportunity.public_id)
    record(kind, by=by, now=now, organisation_id=None, subject=about, data=data)
