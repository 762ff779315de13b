"""The only writers of the ledger. Whether somebody may is asked by the verbs that call them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from prm.accounts.models import Organisation, User
from prm.clocks.calendar import local_date
from prm.errors import StateConflict
from prm.ledger import rules
from prm.ledger.models import Entry, Settlement
from prm.ledger.states import SHARED, Kind

Subject = tuple[str, str]


@dataclass(frozen=True)
class Earning:
    """What is to be written: `rate` of `base` is `amount`, if it was reckoned; `cause` names it once for each
    organisation."""

    kind: Kind
    cause: str
    amount: Decimal
    rate: Decimal | None = None
    base: Decimal | None = None


@transaction.atomic
def earn(
    *,
    organisation: Organisation,
    seller: User | None,
    subject: Subject,
    label: str,
    earnings: Iterable[Earning],
    currency: str,
    earned_on: date,
    wait_days: int,
    by: User | None,
    now: datetime,
) -> list[Entry]:
    """Entries that can be paid `wait_days` later; what is nothing is not written. StateConflict for a cause again."""
    booked_on = local_date(now, organisation.time_zone)
    rows = [
        Entry(
            organisation=organisation,
            seller=seller,
            kind=earning.kind,
            cause=earning.cause,
            subject_type=subject[0],
            subject_id=subject[1],
            label=label,
            amount=earning.amount,
            currency=currency,
            rate=earning.rate,
            base=earning.base,
            earned_on=earned_on,
            booked_on=booked_on,
            payable_from=booked_on + timedelta(days=wait_days),
            created_at=now,
            created_by=by,
        )
        for earning in earnings
        if earning.amount
    ]
    return _written(rows)


@transaction.atomic
def take_back(
    *,
    subject: Subject,
    cause: str,
    refunded: Decimal,
    of: Decimal,
    on: date,
    only: Iterable[Entry] | None = None,
    by: User | None,
    now: datetime,
) -> list[Entry]:
    """Reverse the refunded share of everything that was earned with the subject; what was granted stays.

    `only` some of it, where entries are named. `refunded` is the sum of its refunds, `of` what it was won for. Call
    it with the subject locked. Entries that a person sees together are reversed one by one, whether they are paid
    already or not.
    """
    earned = Entry.objects.about(*subject).filter(kind__in=SHARED).select_related("organisation", "seller")
    if only is not None:
        earned = earned.filter(pk__in=[entry.pk for entry in only])
    rows = []
    for entry in earned.prefetch_related("reversals").order_by("pk"):
        before = sum((-reversal.amount for reversal in entry.reversals.all()), Decimal(0))
        due = rules.taken_back(entry.amount, refunded=refunded, of=of, before=before, currency=entry.currency)
        if due:
            rows.append(_reversal(entry, cause, due, on, by, now))
    return _written(rows)


def _reversal(entry: Entry, cause: str, amount: Decimal, on: date, by: User | None, now: datetime) -> Entry:
    booked_on = local_date(now, entry.organisation.time_zone)
    return Entry(
        organisation=entry.organisation,
        seller=entry.seller,
        kind=Kind.REVERSAL,
        cause=f"{cause}-{entry.public_id}",
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        label=entry.label,
        amount=-amount,
        currency=entry.currency,
        reverses=entry,
        earned_on=on,
        booked_on=booked_on,
        # It waits as long as what it takes back, so that nobody owes us for a moment.
        payable_from=max(booked_on, entry.payable_from),
        created_at=now,
        created_by=by,
    )


@transaction.atomic
def settle(*, entries: list[Entry], cause: str, subject: Subject, label: str, by: User | None, now: datetime) -> Entry:
    """Write one payment of these entries, of one organisation and currency. StateConflict when one is paid already."""
    first = entries[0]
    booked_on = local_date(now, first.organisation.time_zone)
    payout = Entry(
        organisation=first.organisation,
        kind=Kind.PAYOUT,
        cause=cause,
        subject_type=subject[0],
        subject_id=subject[1],
        label=label,
        amount=-sum((entry.amount for entry in entries), Decimal(0)),
        currency=first.currency,
        earned_on=booked_on,
        booked_on=booked_on,
        payable_from=booked_on,
        created_at=now,
        created_by=by,
    )
    _written([payout])
    try:
        with transaction.atomic():
            Settlement.objects.bulk_create([Settlement(entry=entry, payout=payout) for entry in entries])
    except IntegrityError as error:
        raise StateConflict(_("One of these entries is paid already."), state="paid") from error
    return payout


def _written(rows: list[Entry]) -> list[Entry]:
    try:
        with transaction.atomic():
            return Entry.objects.bulk_create(rows)
    except IntegrityError as error:
        if "entry_once_for_each_cause" not in str(error):
            raise
        raise StateConflict(_("This stands in the ledger already."), state="booked") from error
