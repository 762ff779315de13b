"""Whoever leaves a partner takes the certificates along, and leaves no proof behind that waits for review there."""

from enablement.certificates.following import actor_of
from enablement.claims.actions import withdraw_all
from prm.accounts.models import User
from prm.audit.kinds import handle
from prm.audit.models import Event


def _left(event: Event) -> None:
    user = User.objects.filter(public_id=event.subject_id).first()
    if user is not None and event.organisation_id is not None:
        withdraw_all(user=user, by=actor_of(event), now=event.at)


handle("person.left", _left)
