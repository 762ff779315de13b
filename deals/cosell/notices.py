"""What is said about selling together: to the side that waits, and to the one that is waited for."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from deals.cosell import rules
from deals.cosell.models import CoSell, CoSellStep
from deals.cosell.states import CoSellState, Party
from deals.registrations.notices import members_of, on_wall, pam_of, partner_people
from prm.accounts.models import User
from prm.accounts.roles import Permission as P
from prm.notices.actions import prepare, promise_all, take_back
from prm.notices.models import Notice


def asked(found: CoSell, *, now: datetime) -> None:
    """To whoever may answer."""
    deal = found.registration
    said = {**_named(found), "help": found.get_help_display(), "who": found.asked_by or _("The other side")}
    title = _("Sell together at %(customer)s? %(who)s asks")
    body = _("Wanted: %(help)s. Please answer by %(due)s (%(reference)s).")
    told = []
    for user in people_of(found, rules.other(found.asked_side)):
        text = body % {**said, "due": on_wall(found.due_at, user, deal)}
        told.append(_notice(found, user, "asked", title % said, f"{text}\n\n{found.message}", now))
    promise_all(told)


def answered(found: CoSell, *, now: datetime) -> None:
    """To who asked, and to whoever that side has named."""
    named = found.person_of(rules.other(found.asked_side))
    said = {**_named(found), "who": named or _("The other side")}
    title, body = _("Selling together at %(customer)s: %(who)s is with you"), ""
    if found.state == CoSellState.DECLINED:
        title, body = _("No selling together at %(customer)s for now"), found.get_reason_display()
    told = people_of(found, found.asked_side)
    if found.asked_by and found.asked_by.is_active and found.asked_by not in told:
        told = [found.asked_by, *told]
    text = "\n\n".join(part for part in (body, found.text) if part)
    promise_all([_notice(found, user, "answered", title % said, text, now) for user in told])


def accepted_for(found: CoSell, *, by: User, now: datetime) -> None:
    """To the person that the answering side has named, when somebody else has done so."""
    _tell_named(found, rules.other(found.asked_side), by, "named", now)


def handed_over(found: CoSell, side: str, *, by: User, now: datetime) -> None:
    """To the new person, and to the other side's."""
    _tell_named(found, side, by, f"named-{found.version}", now)
    new, other = found.person_of(side), found.person_of(rules.other(side))
    if new is not None and other is not None:
        title = _("%(who)s sells together with you at %(customer)s from now on") % {**_named(found), "who": new}
        promise_all([_notice(found, other, f"handed-{found.version}", title, "", now)])


def _tell_named(found: CoSell, side: str, by: User, what: str, now: datetime) -> None:
    person = found.person_of(side)
    if person is not None and person != by:
        title = _("You sell together at %(customer)s (%(reference)s)") % _named(found)
        promise_all([_notice(found, person, what, title, found.message, now)])


def withdrawn(found: CoSell, *, now: datetime) -> None:
    """What was not read yet is no longer said."""
    take_back(f"{found.public_id}-asked-")
    title = _("The request to sell together at %(customer)s is taken back") % _named(found)
    people = people_of(found, rules.other(found.asked_side))
    promise_all([_notice(found, user, "withdrawn", title, "", now) for user in people])


def ended(found: CoSell, *, by: User | None, now: datetime) -> None:
    """To the people of both sides, without whoever ended it."""
    title = _("No longer selling together at %(customer)s: %(result)s")
    said = {**_named(found), "result": found.get_result_display()}
    people = {user.pk: user for side in Party for user in people_of(found, side) if user != by}
    promise_all([_notice(found, user, "ended", title % said, found.text, now) for user in people.values()])


def step_added(step: CoSellStep, *, by: User, now: datetime) -> None:
    found = step.co_sell
    person = found.person_of(step.side)
    if person is not None and person != by:
        _promise_steps([step], _("A next step for you at %(customer)s, due %(due)s"), "added", now)


def remind(steps: Iterable[CoSellStep], *, now: datetime) -> None:
    _promise_steps(steps, _("Due soon at %(customer)s: your next step, by %(due)s"), "due", now)


def _promise_steps(steps: Iterable[CoSellStep], title: str, what: str, now: datetime) -> None:
    told = []
    for step in steps:
        found = step.co_sell
        person = found.person_of(step.side)
        if person is not None and person.is_active:
            said = {**_named(found), "due": on_wall(step.due_at, person, found.registration)}
            told.append(_notice(found, person, f"{step.public_id}-{what}", title % said, step.text, now, kind="step"))
    promise_all(told)


def people_of(found: CoSell, side: str) -> list[User]:
    """The named person; before they sell together, or when that person has left, whoever may answer for the side."""
    deal = found.registration
    if side == Party.PARTNER:
        organisation = deal.partner.organisation_id
        named = [row.user for row in members_of([organisation])[organisation] if row.user_id == found.partner_person_id]
        return named or partner_people(deal)
    if found.was_agreed and found.vendor_person is not None and found.vendor_person.is_active:
        return [found.vendor_person]
    owner = deal.account.owner if deal.account else None
    sellers = [owner] if owner is not None and owner.is_active and owner.may(P.DIRECT_SELL) else []
    return [*pam_of(deal), *(seller for seller in sellers if seller not in pam_of(deal))]


def _named(found: CoSell) -> dict[str, str]:
    return {"customer": found.registration.customer_name, "reference": found.registration.reference}


def _notice(
    found: CoSell, to: User, what: str, title: str, body: str, now: datetime, *, kind: str = "request"
) -> Notice:
    return prepare(
        key=f"{found.public_id}-{what}-{to.pk}",
        kind=f"co_sell.{kind}",
        to=to,
        organisation=found.registration.partner.organisation,
        title=title,
        body=body,
        path=found.get_absolute_url(),
        now=now,
    )
