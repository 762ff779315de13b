"""What a won deal, or a refund of it, writes into the customer's revenue: for each holder its part."""

from datetime import date, datetime
from decimal import Decimal

from deals.earnings.models import Refund
from deals.registrations.models import Registration
from deals.registrations.states import Outcome
from deals.teaming.closing import mates
from deals.teaming.rules import parted
from partners.customers.actions import record_revenue
from partners.states import RevenueKind
from prm.accounts.models import User

WON, REFUND, REFUND_SHARED = "deal", "refund", "refund_shared"


def record_won(registration: Registration, *, on: date, now: datetime) -> None:
    for row, amount in _parts(registration, registration.won_value, Decimal(0)):
        _record(row, (WON, row.public_id), RevenueKind.WON, amount, on, None, now)


def record_refunded(registration: Registration, refund: Refund, *, on: date, by: User, now: datetime) -> None:
    """After the sum of the refunds has grown by this one."""
    total = registration.refunded_value
    for row, amount in _parts(registration, total, total - refund.amount):
        kind = REFUND if row.pk == registration.pk else REFUND_SHARED
        _record(row, (kind, refund.public_id), RevenueKind.REVERSED, amount, on, by, now)


def _parts(registration: Registration, total: Decimal | None, before: Decimal) -> list[tuple[Registration, Decimal]]:
    if total is None:
        raise AssertionError("a won registration has a value")
    if registration.outcome != Outcome.TEAMING:
        return [(registration, total - before)]
    by_organisation = {row.partner.organisation.public_id: row for row in [registration, *mates(registration)]}
    shares = [(row["organisation"], Decimal(row["share"])) for row in registration.terms["shares"]]
    amounts = parted(total, before, [share for _who, share in shares], registration.currency)
    return [(by_organisation[who], amount) for (who, _share), amount in zip(shares, amounts, strict=True)]


def _record(
    row: Registration, subject: tuple[str, str], kind: str, amount: Decimal, on: date, by: User | None, now: datetime
) -> None:
    if row.account is None:
        raise AssertionError("a won registration has an account")
    record_revenue(
        account=row.account,
        partner=row.partner,
        subject=subject,
        amount=amount,
        currency=row.currency,
        origin=row.origin or "partner",
        on=on,
        now=now,
        kind=kind,
        by=by,
    )
