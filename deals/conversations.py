"""One conversation for each registration, between the partner and the vendor. A draft has none."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from deals.cosell.selectors import selling, sells_with
from deals.events import SUBJECT
from deals.registrations import policies
from deals.registrations.models import Registration
from deals.registrations.notices import partner_people
from deals.registrations.states import State
from prm.accounts.models import User
from prm.portal.sockets import PANELS, Panel
from prm.rows import one_or_none
from prm.threads import panel
from prm.threads.sockets import THREADS, Subject, ThreadKind


def subject_of(registration: Registration) -> Subject:
    return Subject(
        type=SUBJECT,
        id=registration.public_id,
        partner=registration.partner.organisation,
        label=f"{registration.reference}: {registration.customer_name}",
        path=registration.get_absolute_url(),
        thread_path=reverse("deal-messages", args=[registration.public_id]),
    )


def find(user: User, public_id: str) -> Subject | None:
    rows = Registration.objects.visible_to(user).exclude(state=State.DRAFT).select_related("partner__organisation")
    found = one_or_none(rows.filter(public_id=public_id))
    return subject_of(found) if found else None


def can_write(user: User, subject: Subject) -> bool:
    """Whoever sells it together with the partner takes part, too."""
    return user.may(*policies.WRITERS) or sells_with(user, subject.id)


def can_read_internal(user: User, _subject: Subject) -> bool:
    """Internal messages speak of rivals as findings do."""
    return policies.can_see_findings(user)


def participants(subject: Subject) -> list[User]:
    """Who registered it (the admins when that person has left), the account manager, and who sells it together."""
    rows = Registration.objects.select_related("partner__pam")
    registration = rows.get(public_id=subject.id)
    pam = registration.partner.pam
    people = [*partner_people(registration), *([pam] if pam else []), *selling(registration)]
    return list({person.pk: person for person in people}.values())


def conversation(user: User, registration: Registration, _now: datetime) -> dict[str, Any] | None:
    if registration.state == State.DRAFT:
        return None
    return panel.drawn(subject_of(registration), reader=user)


THREADS.register(SUBJECT, ThreadKind(find, can_write, can_read_internal, participants))
PANELS.register("deals.conversation", Panel("deal", 10, panel.TEMPLATE, conversation))
