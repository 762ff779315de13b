"""What is said about an appeal against the confirmed engagement. Nothing here names another partner."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.appeals.selectors import administrators
from deals.engagement.models import EngagementAppeal
from deals.engagement.states import Outcome
from deals.registrations.models import Registration
from deals.registrations.notices import addressees, members_of, on_wall, partner_people
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice

TO_DECIDE, LATE, DECIDED = "engagement_to_decide", "engagement_late", "engagement_decided"


def asked(registration: Registration, found: EngagementAppeal, *, now: datetime) -> None:
    """To whoever is asked to answer; without anybody, to the administrators."""
    title = _("Please decide about the engagement in %(reference)s: %(customer)s") % _named(registration)
    body = _("%(partner)s appeals: it registered “%(claimed)s”, confirmed was “%(confirmed)s”. Answer by %(due)s.")
    told = []
    for person in [found.assigned_to] if found.assigned_to else administrators():
        said = {
            "partner": registration.partner.organisation.name,
            "claimed": found.get_claimed_display(),
            "confirmed": found.get_confirmed_display(),
            "due": on_wall(found.due_at, person, registration),
        }
        told.append(_notice(registration, person, TO_DECIDE, title, f"{body % said}\n\n{found.text}", now))
    promise_all(told)


def late(rows: Iterable[EngagementAppeal], *, now: datetime) -> None:
    """To the partner and to the administrators; for a whole batch in a few statements."""
    late_ones = list(rows)
    members = members_of(row.registration.partner.organisation_id for row in late_ones)
    admins = administrators() if late_ones else []
    told: list[Notice] = []
    for row in late_ones:
        deal = row.registration
        title = _("The appeal about the engagement in %(reference)s is late: %(customer)s") % _named(deal)
        for person in [*addressees(deal.created_by_id, members[deal.partner.organisation_id]), *admins]:
            body = _(
                "The answer was due by %(due)s. Every account manager but the one who approved it may give it now."
            )
            said = {"due": on_wall(row.due_at, person, deal)}
            told.append(_notice(deal, person, LATE, title, body % said, now))
    promise_all(told)


def decided(registration: Registration, found: EngagementAppeal, *, now: datetime) -> None:
    """To the partner's people, and to who approved it."""
    if found.outcome == Outcome.UPHELD:
        title = _("You were right about your part in %(reference)s: %(customer)s")
        body = _("“%(claimed)s” counts, and the terms are frozen anew with it.") % {
            "claimed": found.get_claimed_display()
        }
    else:
        title = _("The engagement in %(reference)s stays as it was confirmed: %(customer)s")
        body = _("“%(confirmed)s” counts, and the terms stay as they are.") % {
            "confirmed": found.get_confirmed_display()
        }
    people: list[User] = list(partner_people(registration))
    people += [found.decider] if found.decider else []
    text = f"{body}\n\n{found.message}"
    promise_all([_notice(registration, user, DECIDED, title % _named(registration), text, now) for user in people])


def _named(registration: Registration) -> dict[str, str]:
    return {"reference": registration.reference, "customer": registration.customer_name}


def _notice(registration: Registration, to: User, kind: str, title: str, body: str, now: datetime) -> Notice:
    return prepare(
        key=f"{registration.public_id}-{kind}-{to.pk}",
        kind=f"deal.{kind}",
        to=to,
        organisation=registration.partner.organisation,
        title=title,
        body=body,
        path=registration.get_absolute_url(),
        now=now,
    )
