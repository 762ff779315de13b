"""What is said about a team. Until both have accepted nobody reads who the other is, nor what the other answered."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.registrations.notices import on_wall, partner_people
from deals.rulebook import percent
from deals.teaming.models import Holder, Teaming
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice


def proposed(holders: Iterable[Holder], teaming: Teaming, *, now: datetime) -> None:
    """To the people of both partners; to the other's account manager, who has not proposed it."""
    told: list[Notice] = []
    for holder in holders:
        row = holder.registration
        title = _("Would you share %(customer)s with another partner? (%(reference)s)") % _named(row)
        for user in partner_people(row):
            said = {"share": percent(holder.share), "due": on_wall(teaming.due_at, user, row)}
            body = _(
                "We propose one protection for two partners. Your share of what the deal earns is %(share)s. Please "
                "answer by %(due)s; without an answer it counts as declined. You read who the other is when both have "
                "accepted."
            )
            told.append(
                _notice(row, user, teaming, "teaming_proposed", title, f"{body % said}\n\n{teaming.message}", now)
            )
        pam = row.partner.pam
        if pam is not None and pam != teaming.proposed_by:
            title = _("A team is proposed for %(reference)s: %(customer)s") % _named(row)
            told.append(_notice(row, pam, teaming, "teaming_proposed", title, teaming.message, now))
    promise_all(told)


def agreed(holders: list[Holder], teaming: Teaming, *, now: datetime) -> None:
    """To both partners, each with the other's name and whom to speak with; to their account managers."""
    told: list[Notice] = []
    for holder in holders:
        row = holder.registration
        others = [other.registration for other in holders if other is not holder]
        title = _("You share %(customer)s with %(others)s") % {**_named(row), "others": _names(others)}
        for user in partner_people(row):
            said = {
                "reference": row.reference,
                "share": percent(holder.share),
                "until": on_wall(row.protected_until or now, user, row),
                "contacts": "; ".join(contact(other) for other in others),
            }
            body = _(
                "Both have accepted. %(reference)s is protected for you both until %(until)s, and your share of what "
                "it earns is %(share)s. You reach them here: %(contacts)s."
            )
            told.append(_notice(row, user, teaming, "teamed", title, body % said, now))
        title = _("Both have accepted: %(others)s share %(customer)s")
        about = {**_named(row), "others": _names([each.registration for each in holders])}
        if row.partner.pam is not None:
            told.append(_notice(row, row.partner.pam, teaming, "teamed", title % about, "", now))
    promise_all(told)


def not_to_be(row: Registration, teaming: Teaming, *, now: datetime) -> None:
    """To a partner: without saying why, because the reason is the other's."""
    title = _("No team for %(reference)s: %(customer)s") % _named(row)
    body = _("The team that we proposed does not come about. Everything is as it was before.")
    told = [_notice(row, user, teaming, "teaming_ended", title, body, now) for user in partner_people(row)]
    promise_all(told)


def to_decide_otherwise(holders: list[Holder], teaming: Teaming, *, now: datetime) -> None:
    """To the account managers, who may read everything."""
    row = next(holder.registration for holder in holders if holder.registration_id == teaming.registration_id)
    title = _("No team for %(reference)s, please decide otherwise: %(customer)s") % _named(row)
    refused = [holder.registration for holder in holders if holder.accepted is False]
    who = f" ({_names(refused)})" if refused else ""
    body = f"{teaming.get_state_display()}{who}."
    told = [_notice(row, pam, teaming, "teaming_ended", title, body, now) for pam in _pams(holders, teaming)]
    promise_all(told)


def closed_by_the_other(mate: Registration, closed: Registration, *, now: datetime) -> None:
    said = {**_named(mate), "other": closed.partner.organisation.name, "state": closed.get_state_display()}
    title = _("%(reference)s: %(state)s, %(customer)s") % said
    body = _("%(other)s, who shares this customer with you, has closed the deal for you both.") % said
    people = [*partner_people(mate), *([mate.partner.pam] if mate.partner.pam else [])]
    promise_all(
        [
            prepare(
                key=f"{mate.public_id}-ended-{user.pk}",
                kind=f"deal.{mate.state}",
                to=user,
                organisation=mate.partner.organisation,
                title=title,
                body=body,
                path=mate.get_absolute_url(),
                now=now,
            )
            for user in people
        ]
    )


def contact(row: Registration) -> str:
    """Whom to speak with at a partner: who registered it, with the address."""
    people = partner_people(row)
    found = ", ".join(f"{user} <{user.email}>" for user in people[:1])
    return f"{row.partner.organisation.name}: {found}" if found else row.partner.organisation.name


def _pams(holders: Iterable[Holder], teaming: Teaming) -> list[User]:
    found = [holder.registration.partner.pam for holder in holders]
    return list({pam.pk: pam for pam in [*found, teaming.proposed_by] if pam is not None}.values())


def _names(rows: Iterable[Registration]) -> str:
    return ", ".join(row.partner.organisation.name for row in rows)


def _named(row: Registration) -> dict[str, str]:
    return {"reference": row.reference, "customer": row.customer_name}


def _notice(row: Registration, to: User, teaming: Teaming, kind: str, title: str, body: str, now: datetime) -> Notice:
    """The key holds the proposal's number; nobody reads keys."""
    return prepare(
        key=f"{row.public_id}-{kind}-{teaming.pk}-{to.pk}",
        kind=f"deal.{kind}",
        to=to,
        organisation=row.partner.organisation,
        title=title,
        body=body,
        path=row.get_absolute_url(),
        now=now,
    )
