"""How a registration presents itself: the steps of its way, what is left of its protection, what was promised."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from deals.registrations.models import Registration
from deals.registrations.quotes import YEARLY
from deals.registrations.states import UNDECIDED, Outcome, State

SOON_DAYS = 14
VERY_SOON_DAYS = 7


@dataclass(frozen=True)
class Step:
    """`mark` is "", "done", "now" or "late"; `at` a moment, or a day."""

    title: str
    at: datetime | date | None
    mark: str


def steps(registration: Registration, now: datetime) -> list[Step]:
    """From the registration to its end; a way that has ended shows no further steps."""
    way = [_registered(registration), _decided(registration, now)]
    if registration.state in {State.REJECTED, State.WITHDRAWN, State.LAPSED}:
        return way
    if registration.state == State.REVERSED and registration.won_value is None:
        return [*way, Step(_("Decision reversed"), registration.ended_at, "late")]
    if registration.outcome == Outcome.NON_EXCLUSIVE:
        return [*way, _closed(registration)]
    return [*way, _protected(registration), _closed(registration)]


def _registered(registration: Registration) -> Step:
    if registration.state == State.DRAFT:
        return Step(_("Draft"), registration.created_at, "now")
    return Step(_("Registered"), registration.submitted_at, "done")


def _decided(registration: Registration, now: datetime) -> Step:
    if registration.state == State.DRAFT:
        return Step(_("Decision"), None, "")
    if registration.state == State.ASKED:
        return Step(_("Your answer by"), registration.answer_due_at, "now")
    if registration.state in UNDECIDED:
        due = registration.due_at
        return Step(_("Decision by"), due, "late" if due and due < now else "now")
    if registration.state in {State.WITHDRAWN, State.LAPSED}:
        return Step(registration.get_state_display(), registration.ended_at, "late")
    if registration.decision_reason:
        return Step(_("Not approved"), registration.decided_at, "late")
    open_to_others = registration.outcome == Outcome.NON_EXCLUSIVE
    title = _("Approved, not exclusive") if open_to_others else _("Approved")
    return Step(title, registration.decided_at, "done")


def _protected(registration: Registration) -> Step:
    marks = {
        State.APPROVED: "now",
        State.WON: "done",
        State.LOST: "done",
        State.REVERSED: "done",
        State.EXPIRED: "late",
    }
    title = (
        _("Protection ended")
        if registration.state in {State.LOST, State.EXPIRED, State.REVERSED}
        else _("Protected until")
    )
    mark = marks.get(State(registration.state), "")
    return Step(title if mark else _("Protected"), registration.protected_until, mark)


def _closed(registration: Registration) -> Step:
    if registration.state == State.WON:
        return Step(_("Won"), registration.closed_on, "done")
    if registration.state == State.REVERSED:
        return Step(_("Won and refunded"), registration.closed_on, "late")
    if registration.state == State.LOST:
        return Step(_("Lost"), registration.ended_at, "late")
    return Step(_("Won"), None, "")


@dataclass(frozen=True)
class Shield:
    """What is left of a protection, in days on the reader's calendar."""

    until: datetime
    days_left: int
    days: int

    @property
    def tone(self) -> str:
        if self.days_left <= VERY_SOON_DAYS:
            return "bad"
        return "warn" if self.days_left <= SOON_DAYS else "good"


def shield(registration: Registration, now: datetime) -> Shield | None:
    until, since = registration.protected_until, registration.decided_at
    if registration.state != State.APPROVED or until is None or since is None or until <= now:
        return None
    return Shield(until, days_between(now, until), max(1, days_between(since, until)))


def days_between(start: datetime, end: datetime) -> int:
    return (localdate(end) - localdate(start)).days


@dataclass(frozen=True)
class Promised:
    """The terms that the approval froze; `yearly` is (share, of how much, what it brings) or None.

    `part` is what the partner has of both amounts, where two share the protection; `while_of_record` whether a year
    is paid for the days of its partner of record alone.
    """

    share: Decimal
    value: Decimal
    earns: Decimal
    currency: str
    yearly: tuple[Decimal, Decimal, Decimal] | None = None
    part: Decimal | None = None
    while_of_record: bool = False


def promised(terms: dict[str, Any]) -> Promised | None:
    if not terms:
        return None
    return Promised(
        share=Decimal(terms["rate"]),
        value=Decimal(terms["value"]["amount"]),
        earns=Decimal(terms["earns"]["amount"]),
        currency=terms["value"]["currency"],
        yearly=_yearly(terms),
        part=Decimal(terms["share"]) if "share" in terms else None,
        while_of_record=bool(terms.get("while_of_record")),
    )


def _yearly(terms: dict[str, Any]) -> tuple[Decimal, Decimal, Decimal] | None:
    line = next((line for line in terms.get("lines", []) if line["what"] == YEARLY), None)
    return line and (Decimal(line["rate"]), Decimal(line["base"]["amount"]), Decimal(line["amount"]["amount"]))


def services(registration: Registration) -> list[tuple[str, Decimal | None, str]]:
    """Own services as (name, amount, currency)."""
    shown = []
    for service in registration.own_services:
        money = service.get("value")
        shown.append((service["name"], Decimal(money["amount"]) if money else None, money["currency"] if money else ""))
    return shown
