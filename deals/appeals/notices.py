"""What is said about an appeal. Nothing here names another partner."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.appeals.models import Appeal
from deals.appeals.selectors import administrators
from deals.appeals.states import Outcome
from deals.registrations.models import Registration, address_of
from deals.registrations.notices import addressees, members_of, on_wall, partner_people
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice
from prm.portal import formats

TO_DECIDE, LATE, DECIDED = "appeal_to_decide", "appeal_late", "appeal_decided"


def asked(registration: Registration, found: Appeal, *, now: datetime) -> None:
    """To whoever is asked to decide; without anybody, to the administrators."""
    title = _("Please decide the appeal of %(reference)s: %(customer)s") % _named(registration)
    body = _("%(partner)s appeals against the decision. The decision is due by %(due)s.")
    told = []
    for person in [found.assigned_to] if found.assigned_to else administrators():
        said = {"partner": registration.partner.organisation.name, "due": on_wall(found.due_at, person, registration)}
        told.append(_notice(registration, person, TO_DECIDE, title, f"{body % said}\n\n{found.text}", now))
    promise_all(told)


def late(rows: Iterable[Appeal], *, now: datetime) -> None:
    """To the partner and to the administrators; for a whole batch in a few statements."""
    late_ones = list(rows)
    members = members_of(row.registration.partner.organisation_id for row in late_ones)
    admins = administrators() if late_ones else []
    told: list[Notice] = []
    for row in late_ones:
        deal = row.registration
        title = _("The appeal of %(reference)s is late: %(customer)s") % _named(deal)
        for person in [*addressees(deal.created_by_id, members[deal.partner.organisation_id]), *admins]:
            body = _("The answer was due by %(due)s. Every account manager but who decided first may decide now.")
            said = {"due": on_wall(row.due_at, person, deal)}
            told.append(_notice(deal, person, LATE, title, body % said, now))
    promise_all(told)


def decided(registration: Registration, found: Appeal, *, now: datetime) -> None:
    """To the partner's people, and to who decided the first time."""
    said = {**_named(registration), **_result(found)}
    title, body = _sentences(found)
    path = address_of(found.linked.public_id) if found.linked else ""
    told = [
        _notice(registration, user, DECIDED, title % said, f"{body % said}\n\n{found.message}", now, path=path)
        for user in partner_people(registration)
    ]
    if found.decider is not None:
        title = _("The appeal of %(reference)s is decided: %(outcome)s") % said
        told.append(_notice(registration, found.decider, DECIDED, title, found.message, now))
    promise_all(told)


def _sentences(found: Appeal) -> tuple[str, str]:
    match found.outcome:
        case Outcome.REINSTATED:
            return (
                _("You were right: %(customer)s is registered again"),
                _("%(linked)s has the place in line of %(reference)s and waits for its decision."),
            )
        case Outcome.COMPENSATED:
            return (
                _("You were right: %(amount)s for %(customer)s"),
                _("The customer is protected by now. The compensation for %(reference)s stands in your ledger."),
            )
    return _("The appeal of %(reference)s is refused: %(customer)s"), _("The decision stays as it is.")


def _result(found: Appeal) -> dict[str, str]:
    return {
        "linked": found.linked.reference if found.linked else "",
        "amount": formats.money(found.amount, found.currency) if found.amount else "",
        "outcome": str(Outcome(found.outcome).label),
    }


def _named(registration: Registration) -> dict[str, str]:
    return {"reference": registration.reference, "customer": registration.customer_name}


def _notice(
    registration: Registration, to: User, kind: str, title: str, body: str, now: datetime, *, path: str = ""
) -> Notice:
    return prepare(
        key=f"{registration.public_id}-{kind}-{to.pk}",
        kind=f"deal.{kind}",
        to=to,
        organisation=registration.partner.organisation,
        title=title,
        body=body,
        path=path or registration.get_absolute_url(),
        now=now,
    )
