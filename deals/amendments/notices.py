"""What both sides are told of a proposal to lower frozen terms."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.amendments.models import Amendment
from deals.amendments.states import AmendmentState
from deals.registrations.models import Registration
from deals.registrations.notices import on_wall, partner_people
from deals.rulebook import percent
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice

PROPOSED, ANSWERED, ENDED = "terms_proposed", "terms_answered", "terms_ended"


def proposed(registration: Registration, found: Amendment, *, now: datetime) -> None:
    """To the partner's people."""
    title = _("Please say whether you consent to other terms for %(reference)s: %(customer)s") % _named(registration)
    body = _(
        "Proposed: %(rates)s. Nothing changes unless you consent by %(due)s; without an answer all stays as it is."
    )
    told = []
    for user in partner_people(registration):
        said = {"rates": _rates(found), "due": on_wall(found.due_at, user, registration)}
        told.append(_notice(registration, found, user, PROPOSED, title, f"{body % said}\n\n{found.reason}", now))
    promise_all(told)


def answered(registration: Registration, found: Amendment, *, now: datetime) -> None:
    """To who proposed it, and to the account manager."""
    if found.state == AmendmentState.AGREED:
        title = _("%(partner)s has consented to other terms for %(reference)s: %(customer)s")
        body = _("%(rates)s from now on. What is booked stays as it is.") % {"rates": _rates(found)}
    else:
        title = _("%(partner)s does not consent to other terms for %(reference)s: %(customer)s")
        body = _("The terms stay as they are.")
    title %= {**_named(registration), "partner": registration.partner.organisation.name}
    text = "\n\n".join(part for part in (body, found.text) if part)
    promise_all(
        [_notice(registration, found, user, ANSWERED, title, text, now) for user in _inside(registration, found)]
    )


def ended(registration: Registration, found: Amendment, *, now: datetime) -> None:
    """Taken back, not answered, or overtaken: to both sides. Nothing has changed."""
    title = _("The proposal of other terms for %(reference)s is closed: %(customer)s") % _named(registration)
    body = _("%(state)s. The terms stay as they were frozen.") % {"state": found.get_state_display()}
    people = [*partner_people(registration), *_inside(registration, found)]
    promise_all([_notice(registration, found, user, ENDED, title, body, now) for user in people])


def _inside(registration: Registration, found: Amendment) -> list[User]:
    people = {user.pk: user for user in (found.proposed_by, registration.partner.pam) if user and user.is_active}
    return list(people.values())


def _rates(found: Amendment) -> str:
    said = []
    if found.once is not None:
        said.append(_("%(rate)s once") % {"rate": percent(found.once)})
    if found.yearly is not None:
        said.append(_("%(rate)s each year") % {"rate": percent(found.yearly)})
    return ", ".join(said)


def _named(registration: Registration) -> dict[str, str]:
    return {"reference": registration.reference, "customer": registration.customer_name}


def _notice(
    registration: Registration, found: Amendment, to: User, kind: str, title: str, body: str, now: datetime
) -> Notice:
    return prepare(
        key=f"{found.public_id}-{kind}-{to.pk}",
        kind=f"deal.{kind}",
        to=to,
        organisation=registration.partner.organisation,
        title=title,
        body=body,
        path=registration.get_absolute_url(),
        now=now,
    )
