"""What follows from certificates for the partners whose people hold them: their capabilities, at once."""

from collections.abc import Iterable
from datetime import datetime

from enablement.certificates.selectors import held_at
from partners.capabilities.actions import hold_partners, keep_capabilities
from prm.accounts.models import User
from prm.audit.kinds import handle
from prm.audit.models import Event


def follow(organisations: Iterable[int], *, by: User | None, now: datetime) -> None:
    """In the caller's transaction: counted while nobody else counts for these partners."""
    partners = hold_partners(organisations)
    if partners:
        keep_capabilities(partners=partners, held=held_at(partners, now), by=by, now=now)


def actor_of(event: Event) -> User | None:
    return User.objects.filter(pk=event.actor_id).first() if event.actor_id is not None else None


def _moved(event: Event) -> None:
    """Somebody comes or goes, and the certificates with them."""
    if event.organisation_id is not None:
        follow([event.organisation_id], by=actor_of(event), now=event.at)


handle("person.joined", _moved)
handle("person.left", _moved)
