"""What the ledger holds, whoever writes into it: appended, once for each cause, to the cent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from prm.accounts.models import Organisation
from prm.clocks.database import database_now
from prm.errors import StateConflict
from prm.ledger import selectors
from prm.ledger.actions import Earning, earn, settle, take_back
from prm.ledger.models import Entry, Settlement
from prm.ledger.states import Kind
from tests.factories import Cast

TODAY = date(2026, 11, 21)


def earned(organisation: Organisation, amount: str = "100.00", cause: str = "deal_1-once", **changes: Any) -> Entry:
    about: dict[str, Any] = {
        "organisation": organisation,
        "seller": None,
        "subject": ("deal", cause.partition("-")[0]),
        "label": f"DR-1 · {cause}",
        "earnings": [Earning(Kind.ONCE, cause, Decimal(amount), Decimal("0.2"), Decimal(amount) * 5)],
        "currency": "EUR",
        "earned_on": TODAY,
        "wait_days": 0,
        "by": None,
        "now": database_now(),
    }
    return earn(**{**about, **changes})[0]


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def refund(refunded: str, cause: str, subject: str = "deal_1") -> list[Entry]:
    given = {"refunded": Decimal(refunded), "of": Decimal(500)}
    return take_back(subject=("deal", subject), cause=cause, on=TODAY, by=None, now=database_now(), **given)


def test_same_cause_is_written_once(cast: Cast) -> None:
    earned(cast.helix.organisation)

    with pytest.raises(StateConflict, match="stands in the ledger already"):
        earned(cast.helix.organisation)
    # Another holder of the same deal has an entry of its own.
    earned(cast.orbit.organisation)

    assert Entry.objects.count() == 2


def test_nothing_is_no_entry(cast: Cast) -> None:
    nothing = [Earning(Kind.ONCE, "deal_1-once", Decimal("0.00"), Decimal(0), Decimal(0))]
    with pytest.raises(IndexError):
        earned(cast.helix.organisation, earnings=nothing)

    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_entry set amount = amount + 1",
        "update ledger_entry set seller_id = created_by_id",
        "delete from ledger_entry",
        "update ledger_settlement set payout_id = entry_id",
        "delete from ledger_settlement",
    ],
)
def test_what_stands_in_the_ledger_stays(cast: Cast, statement: str) -> None:
    entry = earned(cast.helix.organisation, by=cast.pam)
    settle(entries=[entry], cause="pay_1", subject=("payment", "pay_1"), label="Payment", by=None, now=database_now())

    with pytest.raises(IntegrityError, match="neither changed nor deleted"), transaction.atomic():
        run(statement)


def test_person_of_an_entry_can_be_forgotten(cast: Cast) -> None:
    entry = earned(cast.helix.organisation, seller=cast.helix.rep, by=cast.pam)
    cast.helix.rep.delete()
    entry.refresh_from_db()

    assert (entry.seller, entry.created_by, entry.amount) == (None, cast.pam, Decimal("100.00"))


def test_refunds_are_taken_back_entry_by_entry(cast: Cast) -> None:
    ours, theirs = earned(cast.helix.organisation, "10.00"), earned(cast.orbit.organisation, "0.01")
    first, last = refund("100.00", "rfd_1"), refund("500.00", "rfd_2")

    assert [(row.reverses, row.amount) for row in first] == [(ours, Decimal("-2.00"))]
    assert [(row.reverses, row.amount) for row in last] == [(ours, Decimal("-8.00")), (theirs, Decimal("-0.01"))]
    assert refund("500.00", "rfd_3") == []


def test_reversal_takes_back_at_most_what_is_left(cast: Cast) -> None:
    entry = earned(cast.helix.organisation)
    refund("400.00", "rfd_1")
    for changes in (
        {"amount": Decimal("-20.01")},
        {"amount": Decimal("-1.00"), "currency": "USD"},
        {"amount": Decimal("-1.00"), "organisation": cast.orbit.organisation},
    ):
        bad = Entry.objects.get(kind=Kind.REVERSAL)
        bad.pk, bad._state.adding, bad.public_id, bad.cause = None, True, "ent_other", "other"
        for name, value in changes.items():
            setattr(bad, name, value)
        with pytest.raises(IntegrityError), transaction.atomic():
            bad.save()

    assert sum(row.amount for row in entry.reversals.all()) == Decimal("-80.00")


def test_payment_settles_exactly_its_entries(cast: Cast) -> None:
    now = database_now()
    one, other = earned(cast.helix.organisation, "10.00"), earned(cast.helix.organisation, "5.00", "deal_2-once")
    [back] = refund("100.00", "rfd_1")
    payout = settle(
        entries=[one, other, back], cause="pay_1", subject=("payment", "pay_1"), label="Payment", by=None, now=now
    )

    assert (payout.kind, payout.amount) == (Kind.PAYOUT, Decimal("-13.00"))
    with pytest.raises(StateConflict, match="paid already"):
        settle(entries=[one], cause="pay_2", subject=("payment", "pay_2"), label="Payment", by=None, now=now)
    run("set constraints all immediate")


def test_settlement_that_does_not_add_up_is_refused(cast: Cast) -> None:
    now = database_now()
    one, other = earned(cast.helix.organisation, "10.00"), earned(cast.helix.organisation, "5.00", "deal_2-once")
    payout = settle(entries=[one], cause="pay_1", subject=("payment", "pay_1"), label="Payment", by=None, now=now)

    with pytest.raises(IntegrityError, match="adds up"), transaction.atomic():
        add_to(payout, other)


def add_to(payout: Entry, entry: Entry) -> None:
    Settlement.objects.create(entry=entry, payout=payout)
    run("set constraints all immediate")


def test_balances_never_mix_currencies(cast: Cast) -> None:
    organisation = cast.helix.organisation
    paid = earned(organisation, "100.00")
    earned(organisation, "50.00", "deal_2-once", wait_days=30)
    earned(organisation, "70.00", "deal_3-once", currency="USD")
    refund("100.00", "rfd_1")
    settle(entries=[paid], cause="pay_1", subject=("payment", "pay_1"), label="P", by=None, now=database_now())
    found = selectors.balances(Entry.objects.all(), database_now().date() + timedelta(days=1))

    assert [vars(balance) for balance in found] == [
        {
            "currency": "EUR",
            "earned": Decimal("130.00"),
            "waiting": Decimal("50.00"),
            "payable": Decimal("-20.00"),
            "paid": Decimal("100.00"),
        },
        {
            "currency": "USD",
            "earned": Decimal("70.00"),
            "waiting": Decimal("0.00"),
            "payable": Decimal("70.00"),
            "paid": Decimal("0.00"),
        },
    ]


def test_statement_carries_the_balance_forward(cast: Cast) -> None:
    organisation = cast.helix.organisation
    october, november = database_now().replace(month=10, day=15), database_now().replace(month=11, day=3)
    first = earned(organisation, "100.00", now=october)
    earned(organisation, "40.00", "deal_2-once", now=november)
    settle(entries=[first], cause="pay_1", subject=("payment", "pay_1"), label="Payment", by=None, now=november)
    earned(cast.orbit.organisation, "999.00", now=november)
    month = november.date().replace(day=1)
    made = selectors.statement(organisation, month, date(november.year, 12, 1))

    [total] = made.sums
    assert (total.opening, total.earned, total.reversed, total.paid, total.closing) == (
        Decimal("100.00"),
        Decimal("40.00"),
        Decimal("0.00"),
        Decimal("-100.00"),
        Decimal("40.00"),
    )
    assert [(row.kind, row.amount) for row in made.entries] == [
        (Kind.ONCE, Decimal("40.00")),
        (Kind.PAYOUT, Decimal("-100.00")),
    ]
    assert made.is_final
    assert not selectors.statement(organisation, month, date(november.year, 11, 30)).is_final
