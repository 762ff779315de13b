"""Verbs that change what a won deal brought: a refund, and the next year of a managed customer."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from deals.earnings import notices, policies, rules
from deals.earnings.booking import book_year
from deals.earnings.models import Refund
from deals.earnings.revenue import record_refunded
from deals.events import SUBJECT
from deals.rebates.actions import lower_after_refund
from deals.registrations.actions import SOURCE, reassess_those_waiting_for
from deals.registrations.events import record_deal
from deals.registrations.locking import change, locked
from deals.registrations.models import Registration
from deals.registrations.states import State, Verb
from deals.releases.opening import open_for
from deals.teaming.closing import close_with, mates, record_for_all
from deals.teaming.ending import hold
from prm import matching
from prm.accounts.models import User
from prm.clocks.calendar import local_date
from prm.errors import InvalidInput, StateConflict
from prm.ledger.actions import take_back

BATCH = 100


@transaction.atomic
def refund(
    *, registration: Registration, amount: Decimal, currency: str = "", reason: str, by: User, now: datetime
) -> Registration:
    """The customer got money back: the same share of what was earned is taken back.

    Once everything is refunded the deal is reversed and protects nobody. Raises InvalidInput for another currency or
    no reason, StateConflict when it is not won or less than that is left.
    """
    hold(registration)
    registration = locked(registration, verb=Verb.REFUND, may=policies.can_refund, by=by)
    _check(registration, amount, currency, reason)
    row = Refund.objects.create(
        registration=registration, amount=amount, reason=reason.strip()[:300], created_at=now, created_by=by
    )
    registration.refunded_value += amount
    is_all = registration.refunded_value == registration.won_value
    if is_all:
        registration.state, registration.next_yearly_on = State.REVERSED, None
    change(registration, "refunded_value", "state", "next_yearly_on")
    _take_back(registration, row, by, now)
    shown = {"amount": str(amount), "currency": registration.currency}
    record_for_all("deal.refunded", [registration, *mates(registration)], by=by, now=now, data=shown)
    if is_all:
        registration.protections.all().release(now)
        matching.remove(SOURCE, registration.pk)
        closed = close_with(registration, now=now)
        open_for([registration.public_id, *closed], now)
        reassess_those_waiting_for([registration.public_id, *closed])
    return registration


def _check(registration: Registration, amount: Decimal, currency: str, reason: str) -> None:
    errors: dict[str, list[str]] = {}
    if registration.won_value is None:
        sentence = _("The other holder of the protection has won it: record the refund there.")
        raise StateConflict(sentence, state=registration.state, code="won_by_the_other")
    if currency and currency != registration.currency:
        errors["amount"] = [_("Give the amount in %(currency)s, as won.") % {"currency": registration.currency}]
    if not reason.strip():
        errors["reason"] = [_("Say why: the partner reads it.")]
    if errors:
        raise InvalidInput(errors)
    left = registration.won_value - registration.refunded_value
    if amount > left:
        said = {"left": f"{left:.2f} {registration.currency}"}
        raise StateConflict(_("At most %(left)s is left to refund.") % said, state=registration.state)


def _take_back(registration: Registration, row: Refund, by: User, now: datetime) -> None:
    """In the ledger, and of the customer's revenue."""
    if registration.won_value is None:
        raise AssertionError("a won registration has a value")
    today = local_date(now, registration.partner.organisation.time_zone)
    record_refunded(registration, row, on=today, by=by, now=now)
    entries = take_back(
        subject=(SUBJECT, registration.public_id),
        cause=row.public_id,
        refunded=registration.refunded_value,
        of=registration.won_value,
        on=today,
        by=by,
        now=now,
    )
    entries += lower_after_refund(registration, cause=row.public_id, by=by, now=now)
    notices.taken_back(registration, entries, now=now)


def book_years_due(*, now: datetime) -> int:
    """Write the year of every managed customer that has ended by now; in batches, each row once. How many."""
    booked = 0
    while found := _years_due(now):
        booked += found
    return booked


@transaction.atomic
def _years_due(now: datetime) -> int:
    today = local_date(now, "UTC")
    rows = Registration.objects.year_due(today).select_for_update(skip_locked=True, of=("self",))
    due = list(rows.select_related("partner__organisation", "created_by").order_by("next_yearly_on", "pk")[:BATCH])
    for registration in due:
        _book_next(registration, now)
    return len(due)


def book_ended_years(registration: Registration, now: datetime) -> None:
    """Those of one managed customer that have ended and that no sweep has seen yet; the row is locked."""
    today = local_date(now, "UTC")
    while registration.next_yearly_on is not None and registration.next_yearly_on <= today:
        _book_next(registration, now)


def _book_next(registration: Registration, now: datetime) -> None:
    closed_on, ends_on = registration.closed_on, registration.next_yearly_on
    if closed_on is None or ends_on is None:
        raise AssertionError("a won registration whose year is due has both days")
    year = ends_on.year - closed_on.year
    if registration.partner.is_active:
        booked = book_year(registration, year=year, on=ends_on, now=now)
        kind = "deal.year_earned" if booked else "deal.year_not_earned"
        record_deal(kind, registration, by=None, now=now, data={"year": year})
        registration.next_yearly_on = rules.next_year_end(closed_on, year, registration.recurring_months)
    else:
        # Who is no partner any more looks after nobody.
        registration.next_yearly_on = None
    change(registration, "next_yearly_on")
