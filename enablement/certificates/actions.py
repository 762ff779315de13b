"""The verbs of whoever awards certificates and takes them back."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from enablement.certificates import notices, policies
from enablement.certificates.events import record_certificate
from enablement.certificates.following import follow
from enablement.certificates.granting import grant
from enablement.certificates.models import LONGEST_REASON, Certificate
from enablement.certificates.selectors import employers_of
from enablement.certificates.states import CertificateState, Change, Revocation, Source
from enablement.certification.models import Certification
from prm.accounts.models import User
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices import doorbell


@transaction.atomic
def award(
    *,
    certification: Certification,
    user: User,
    earned_on: date,
    source: Source = Source.AWARD,
    by: User,
    now: datetime,
) -> tuple[Certificate, Change]:
    """As `grant`, by somebody who may. A second time it is StateConflict: it is not to be renewed yet."""
    if not policies.can_award(by):
        raise NotAllowed(_("Your role does not award certificates."))
    return grant(certification=certification, user=user, earned_on=earned_on, source=source, by=by, now=now)


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, message: str, by: User, now: datetime) -> Certificate:
    """It counts no more from now on; the person and the admins of its organisation read why."""
    if not policies.can_revoke(by):
        raise NotAllowed(_("Your role does not revoke certificates."))
    row = (
        Certificate.objects.select_for_update(of=("self",))
        .select_related("certification", "user")
        .get(pk=certificate.pk)
    )
    state = row.state_at(now)
    if state in (CertificateState.REVOKED, CertificateState.EXPIRED):
        sentence = _("This certificate is now: %(state)s.")
        raise StateConflict(sentence % {"state": CertificateState(state).label}, state=state)
    _check_reason(reason, message.strip())
    row.revoked_at, row.revoked_by = now, by
    row.revocation, row.revoked_because, row.next_reminder_at = reason, message.strip(), None
    row.version += 1
    row.save()
    employer = employers_of([row.user_id]).get(row.user_id)
    where = employer.pk if employer else None
    record_certificate("revoked", row, organisation_id=where, by=by, now=now, reason=reason)
    notices.revoked(row, now=now)
    follow([where] if where else [], by=by, now=now)
    doorbell.ring_after_commit()
    return row


def _check_reason(reason: str, message: str) -> None:
    errors = {}
    if reason not in Revocation.values:
        errors["reason"] = [_("Choose why.")]
    if not message:
        errors["message"] = [_("Say why: the person reads it.")]
    elif len(message) > LONGEST_REASON:
        errors["message"] = [_("Say it in fewer words.")]
    if errors:
        raise InvalidInput(errors)
