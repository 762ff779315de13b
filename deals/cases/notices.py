"""What is said about a case: to who decides it, to the seller, and to the partner when its outcome concerns it."""

from datetime import datetime

from django.utils.translation import gettext as _

from deals.cases.models import DirectCase
from deals.registrations.notices import on_wall, pam_of, partner_people
from prm.accounts.models import User
from prm.notices.actions import prepare, promise_all
from prm.notices.models import Notice


def opened(case: DirectCase, *, now: datetime) -> None:
    registration = case.registration
    said = {"customer": registration.customer_name, "reference": registration.reference}
    told = []
    for user in pam_of(registration):
        due = on_wall(case.due_at, user, registration)
        body = _("%(seller)s was in touch with a customer who is protected by %(reference)s. Decide by %(due)s.")
        about = {**said, "seller": case.seller or _("A seller"), "due": due}
        told.append(_notice(case, user, "to-decide", _title(said), body % about, now))
    promise_all(told)


def _title(said: dict[str, str]) -> str:
    return _("Our own sales at a protected customer: %(customer)s") % said


def decided(case: DirectCase, *, now: datetime) -> None:
    """The seller reads the reason, the partner the outcome and what was written for it."""
    told = [_to_seller(case, case.seller, now)] if case.seller else []
    if case.tells_partner:
        told += [_to_partner(case, user, now) for user in partner_people(case.registration)]
    promise_all(told)


def _to_seller(case: DirectCase, seller: User, now: datetime) -> Notice:
    said = {"outcome": case.get_state_display(), "customer": case.account.name}
    return _notice(case, seller, "decided", _("%(outcome)s: your case at %(customer)s") % said, case.reason, now)


def _to_partner(case: DirectCase, user: User, now: datetime) -> Notice:
    registration = case.registration
    said = {"customer": registration.customer_name, "outcome": case.get_state_display()}
    title = _("Our own sales at %(customer)s: %(outcome)s") % said
    body = _("A seller of ours was in touch with a customer who is protected for you. It was looked into.")
    text = "\n\n".join(part for part in (body, case.message) if part)
    return prepare(
        key=f"{case.public_id}-told-{user.pk}",
        kind="deal.direct_contact",
        to=user,
        organisation=registration.partner.organisation,
        title=title,
        body=text,
        path=registration.get_absolute_url(),
        now=now,
    )


def _notice(case: DirectCase, to: User, what: str, title: str, body: str, now: datetime) -> Notice:
    """Within the house."""
    return prepare(
        key=f"{case.public_id}-{what}-{to.pk}",
        kind="deal.direct_case",
        to=to,
        organisation=None,
        title=title,
        body=body,
        path=case.get_absolute_url(),
        now=now,
    )
