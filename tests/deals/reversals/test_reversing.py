"""Decisions that were wrong, taken back by somebody else: what ends, what is paid, who is told."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from deals.conflicts.actions import assess_pending
from deals.decisions import actions as decisions
from deals.extensions.actions import ask_extension
from deals.extensions.models import Extension
from deals.protections.actions import expire_due, remind_due
from deals.protections.models import Protection
from deals.punctuality.rules import INSTANT
from deals.registrations.face import steps
from deals.registrations.models import Registration
from deals.reversals import actions
from deals.reversals.models import Reversal
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.actions import Earning, earn, settle
from prm.ledger.models import Entry
from prm.ledger.states import Kind
from prm.notices.models import Notice
from prm.signing.actions import sign_due
from prm.signing.checking import verify
from tests.deals.appeals.asking import appeal, appealed, decide, following, fresh, rejected, taken
from tests.factories import MUELLER, Cast, make_approved, make_registration

GIVEN = {"reason": "wrong_rule", "clause": "3.2", "message": "Somebody else was earlier."}


def reverse(deal: Registration, by: User, **given: Any) -> Registration:
    return actions.reverse(registration=fresh(deal), by=by, now=given.pop("now", database_now()), **{**GIVEN, **given})


@pytest.fixture
def approved(cast: Cast) -> Registration:
    return make_approved(cast.helix, cast.products["fleet-cloud"], **MUELLER)


def test_approval_ends_with_its_protection_and_terms(approved: Registration, cast: Cast) -> None:
    now = database_now()
    deal = reverse(approved, cast.pam2, now=now)

    found = Reversal.objects.get()
    assert (deal.state, deal.terms, deal.ended_at, deal.ended_by) == ("reversed", {}, now, cast.pam2)
    assert (found.before, found.decider, found.reversed_by) == ("approved", cast.pam, cast.pam2)
    assert (found.reason, found.clause, found.terms) == ("wrong_rule", "3.2", approved.terms)
    assert str(found) == f"{deal.pk}: wrong_rule"
    assert deal.protected_until == Protection.objects.get().period.upper == now
    assert [expire_due(now=now + timedelta(days=99)), remind_due(now=now + timedelta(days=80))] == [0, 0]
    data = {"reason": "wrong_rule", "clause": "3.2", "before": "approved"}
    assert Event.objects.get(kind="deal.reversed").data == data
    assert [(step.title, step.mark) for step in steps(deal, now)] == [
        ("Registered", "done"),
        ("Approved", "done"),
        ("Decision reversed", "late"),
    ]


def test_next_in_line_is_looked_at_again_and_can_be_approved(approved: Registration, cast: Cast) -> None:
    rival = make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    reverse(approved, cast.pam2)

    rival.refresh_from_db()
    assert rival.assessed_at is None
    assert decisions.approve(registration=rival, by=cast.pam, now=database_now()).state == "approved"


def test_everybody_concerned_is_told_and_no_rival_is_named(approved: Registration, cast: Cast) -> None:
    make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    deal = reverse(approved, cast.admin)

    told = Notice.objects.filter(kind="deal.reversed")
    assert sorted(told.values_list("user__email", flat=True)) == sorted([cast.helix.rep.email, cast.pam.email])
    notice = told.get(user=cast.helix.rep)
    assert notice.title == f"The decision on {deal.reference} is reversed: Müller Logistik GmbH"
    assert notice.body == (
        "Reason: A rule was applied wrongly (rule 3.2).\n\nSomebody else was earlier.\n\n"
        "The protection has ended with it, and its terms are annulled."
    )


def test_four_eyes_are_needed(approved: Registration, cast: Cast) -> None:
    for by in (cast.pam, cast.seller, cast.finance, cast.executive, cast.helix.admin, cast.orbit.admin):
        with pytest.raises(NotAllowed):
            reverse(approved, by)
    by_admin = rejected(cast, by=cast.admin, customer_website="aster-foods.de", customer_name="Aster Foods")
    with pytest.raises(NotAllowed):
        reverse(by_admin, cast.admin)

    assert reverse(by_admin, cast.pam).state == "reversed"


def test_second_reversal_changes_nothing(approved: Registration, cast: Cast) -> None:
    reverse(approved, cast.pam2)
    with pytest.raises(StateConflict) as refused:
        reverse(approved, cast.admin)

    assert refused.value.state == "reversed"
    assert Event.objects.filter(kind="deal.reversed").count() == 1


def test_nothing_ends_before_it_began(approved: Registration, cast: Cast) -> None:
    assert approved.decided_at is not None
    deal = reverse(approved, cast.pam2, now=approved.decided_at - timedelta(seconds=1))

    assert deal.protected_until == approved.decided_at + INSTANT


def test_extension_that_waits_is_nobodys_work_any_more(approved: Registration, cast: Cast) -> None:
    ask_extension(registration=fresh(approved), proof="x" * 20, by=cast.helix.rep, now=database_now())
    reverse(approved, cast.pam2)

    assert Extension.objects.waiting().count() == 0


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"reason": "mood"}, ["reason"]),
        ({"clause": "9.9"}, ["clause"]),
        ({"message": " "}, ["message"]),
        ({"reinstated": True}, ["reinstated"]),
        ({"amount": Decimal(0)}, ["amount"]),
        ({"amount": Decimal("86400.01")}, ["amount"]),
        ({"amount": Decimal(5), "currency": "USD"}, ["amount"]),
    ],
)
def test_reversal_is_complete(approved: Registration, cast: Cast, given: dict[str, Any], fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        reverse(approved, cast.pam2, **given)

    assert list(refused.value.errors) == fields
    assert fresh(approved).state == "approved"


def test_compensation_stands_in_the_ledger(approved: Registration, cast: Cast) -> None:
    deal = reverse(approved, cast.pam2, amount=Decimal("1200.00"), currency="EUR")

    entry = Entry.objects.get()
    assert (entry.kind, entry.amount, entry.subject_id) == (Kind.COMPENSATION, Decimal("1200.00"), deal.public_id)
    assert (deal.reversal.amount, deal.reversal.currency) == (Decimal("1200.00"), "EUR")
    assert Event.objects.get(kind="deal.compensated").data == {"amount": "1200.00", "currency": "EUR"}
    assert "€1,200 stands" in Notice.objects.get(kind="deal.reversed", user=cast.helix.rep).body


@pytest.mark.parametrize("paid", [False, True])
def test_what_was_earned_is_taken_back_whether_it_is_paid_or_not(
    approved: Registration, cast: Cast, paid: bool
) -> None:
    now = database_now()
    subject = ("deal", approved.public_id)
    written = earn(
        organisation=cast.helix.organisation,
        seller=cast.helix.rep,
        subject=subject,
        label="In advance",
        earnings=[Earning(Kind.ONCE, "advance", Decimal(80), Decimal("0.1"), Decimal(800))],
        currency="EUR",
        earned_on=now.date(),
        wait_days=0,
        by=None,
        now=now,
    )
    if paid:
        settle(entries=written, cause="run", subject=("run", "run_x"), label="Run", by=None, now=now)
    reverse(approved, cast.pam2)

    taken_back = Entry.objects.get(kind=Kind.REVERSAL)
    assert (taken_back.amount, taken_back.reverses) == (Decimal("-80.00"), written[0])
    assert Notice.objects.filter(kind="earnings.reversed", user=cast.helix.admin).count() == 1
    assert sum(entry.amount for entry in Entry.objects.open()) == (Decimal(-80) if paid else 0)


def test_refusal_is_registered_again_in_its_old_place(cast: Cast) -> None:
    first = rejected(cast)
    deal = reverse(first, cast.pam2, reinstated=True)

    row = following(first)
    assert (deal.state, deal.reversal.linked, deal.account) == ("reversed", row, None)
    assert (row.place, row.recused, row.upheld_by) == (first.place, cast.pam, cast.pam2)
    assert row.reference in Notice.objects.get(kind="deal.reversed", user=cast.helix.rep).body
    assert [step.title for step in steps(deal, database_now())] == ["Registered", "Not approved", "Decision reversed"]
    assert decisions.approve(registration=row, by=cast.pam2, now=database_now()).state == "approved"


def test_refusal_of_a_customer_that_is_taken_is_made_good_with_money(cast: Cast) -> None:
    deal = taken(cast)
    with pytest.raises(StateConflict) as refused:
        reverse(deal, cast.admin, reinstated=True)
    assert refused.value.code == "protected"
    with pytest.raises(InvalidInput):
        reverse(deal, cast.admin, reinstated=True, amount=Decimal(50))

    assert reverse(deal, cast.admin, amount=Decimal(50)).state == "reversed"
    assert Entry.objects.get().amount == Decimal("50.00")
    assert fresh(deal).appeal.decided_at is None
    with pytest.raises(StateConflict):
        decide(deal, cast.pam2, "refused")


@pytest.mark.parametrize(("outcome", "corrected"), [("refused", False), ("reinstated", True)])
def test_appeal_that_was_upheld_has_corrected_it_already(cast: Cast, outcome: str, corrected: bool) -> None:
    deal = decide(appealed(cast), cast.pam2, outcome)
    if not corrected:
        assert reverse(deal, cast.admin).state == "reversed"
        return
    with pytest.raises(StateConflict) as refused:
        reverse(deal, cast.admin)
    assert refused.value.code == "corrected"


def test_reversed_refusal_is_not_appealed(cast: Cast) -> None:
    deal = rejected(cast)
    reverse(deal, cast.pam2)
    with pytest.raises(StateConflict):
        appeal(deal, cast.helix.rep)


def test_finance_reads_what_was_won_and_not_what_was_reversed(approved: Registration, cast: Cast) -> None:
    reverse(approved, cast.pam2)

    assert list(Registration.objects.visible_to(cast.finance)) == []
    assert list(Registration.objects.visible_to(cast.helix.rep)) == [approved]


def test_receipt_of_a_reversal_holds(approved: Registration, cast: Cast) -> None:
    reverse(approved, cast.pam2)
    reverse(rejected(cast, customer_website="aster-foods.de", customer_name="Aster Foods"), cast.pam2)
    sign_due()

    assert verify(now=database_now()) == []


@pytest.mark.parametrize(
    "change",
    [
        "before = 'won'",
        "reversed_by_id = decider_id",
        "reason = 'mood'",
        "clause = ''",
        "message = ''",
        "amount = 5",
        "amount = 0, currency = 'EUR'",
        "linked_id = (select max(public_id) from deals_registration)",
    ],
)
def test_database_refuses_half_a_reversal(approved: Registration, cast: Cast, change: str) -> None:
    reverse(approved, cast.pam2)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update deals_reversal set {change}")
