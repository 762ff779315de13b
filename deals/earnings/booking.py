"""What a won deal writes into the ledger, from the terms that its approval froze."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from deals.earnings import notices, rules
from deals.events import SUBJECT
from deals.records.rules import DAY
from deals.records.selectors import share_of_year
from deals.registrations.models import Registration
from deals.rulebook import DealRules
from deals.teaming.closing import mates
from prm.accounts.models import Organisation, User
from prm.clocks.calendar import local_date
from prm.ledger.actions import Earning, earn, take_back
from prm.ledger.models import Entry
from prm.ledger.states import Kind


def book_win(registration: Registration, *, by: User, now: datetime) -> list[Entry]:
    """Inside the verb that wins it; the row is locked."""
    if registration.won_value is None or registration.closed_on is None:
        raise AssertionError("a won registration has a value and a day")
    due = rules.once_due(
        registration.terms,
        won_value=registration.won_value,
        currency=registration.currency,
        holder=registration.partner.organisation.public_id,
    )
    return _book(registration, due, Kind.ONCE, "once", registration.closed_on, by, now) if due else []


def book_difference(
    registration: Registration, before: dict[str, Any], *, cause: str, by: User, now: datetime
) -> list[Entry]:
    """What the terms pay once beyond those from `before`, in entries of their own; the row is locked and was won.

    The share of it that was refunded before is taken back at once, as of everything else.
    """
    if registration.won_value is None or registration.closed_on is None:
        raise AssertionError("a won registration has a value and a day")
    due = rules.once_more(
        before,
        registration.terms,
        won_value=registration.won_value,
        currency=registration.currency,
        holder=registration.partner.organisation.public_id,
    )
    written = _book(registration, due, Kind.ONCE, cause, registration.closed_on, by, now) if due else []
    if written and registration.refunded_value:
        taken = take_back(
            subject=(SUBJECT, registration.public_id),
            cause=f"{registration.public_id}-{cause}",
            refunded=registration.refunded_value,
            of=registration.won_value,
            on=local_date(now, registration.partner.organisation.time_zone),
            only=written,
            by=by,
            now=now,
        )
        notices.taken_back(registration, taken, now=now)
    return written


def book_year(registration: Registration, *, year: int, on: date, now: datetime) -> list[Entry]:
    """The `year`th year of managing (1 for the first), which ended before that day. The row is locked.

    Of terms that say so only the share of it on whose days the partner, or the other holder of a shared deal, was the
    customer's partner of record.
    """
    due = rules.year_due(
        registration.terms,
        won_value=registration.won_value or registration.refunded_value,
        refunded=registration.refunded_value,
        currency=registration.currency,
        holder=registration.partner.organisation.public_id,
        of_record=_of_record(registration, year, on),
    )
    return _book(registration, due, Kind.YEARLY, f"year-{year}", on, None, now) if due else []


def _of_record(registration: Registration, year: int, on: date) -> Decimal:
    if registration.closed_on is None or not rules.is_while_of_record(registration.terms):
        return Decimal(1)
    first = registration.closed_on if year == 1 else rules.years_after(registration.closed_on, year - 1)
    holders = [row.partner_id for row in [registration, *mates(registration)]]
    return share_of_year(registration.account, holders, (first, on - DAY))


def _book(
    registration: Registration, due: rules.Due, kind: Kind, name: str, on: date, by: User | None, now: datetime
) -> list[Entry]:
    organisations = {row.public_id: row for row in Organisation.objects.filter(public_id__in=due.parts)}
    # Each reads of its own registration, whichever of them was won.
    rows = {row.partner.organisation.public_id: row for row in [registration, *mates(registration)]}
    written: list[Entry] = []
    for public_id, amount in due.parts.items():
        own = rows.get(public_id)
        written += earn(
            organisation=organisations[public_id],
            seller=own.created_by if own else None,
            subject=(SUBJECT, registration.public_id),
            label=label_of(own or registration),
            earnings=[Earning(kind, f"{registration.public_id}-{name}", amount, due.rate, due.base)],
            currency=registration.currency,
            earned_on=on,
            wait_days=rules.wait_days(registration.terms),
            by=by,
            now=now,
        )
    notices.earned(registration, written, now=now)
    return written


def book_compensation(
    registration: Registration, amount: Decimal, *, cause: str, deal_rules: DealRules, by: User, now: datetime
) -> list[Entry]:
    """Granted by a person for a decision that was wrong; paid like what is earned. The row is locked."""
    organisation = registration.partner.organisation
    written = earn(
        organisation=organisation,
        seller=registration.created_by,
        subject=(SUBJECT, registration.public_id),
        label=label_of(registration),
        earnings=[Earning(Kind.COMPENSATION, f"{registration.public_id}-{cause}", amount)],
        currency=registration.currency,
        earned_on=local_date(now, organisation.time_zone),
        wait_days=deal_rules.payable_after_days,
        by=by,
        now=now,
    )
    notices.compensated(registration, written, now=now)
    return written


def label_of(registration: Registration) -> str:
    return f"{registration.reference} · {registration.customer_name}"
