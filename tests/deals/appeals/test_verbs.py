"""Appeals: asked once and in time, answered by somebody else, with the place in line or with money."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from deals.appeals.actions import escalate_due
from deals.appeals.models import Appeal
from deals.appeals.selectors import appealable_until, asked_first
from deals.appeals.states import Outcome
from deals.conflicts.actions import assess_pending
from deals.conflicts.models import Finding
from deals.decisions import actions as decisions
from deals.protections.models import Protection
from deals.punctuality.actions import escalate_due as escalate_decisions
from deals.registrations import actions as registrations
from deals.registrations.models import Registration
from deals.registrations.policies import can_decide
from deals.registrations.selectors import calendar_of
from prm.audit.models import Event
from prm.calendars.models import WorkCalendar
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.ledger.models import Entry
from prm.ledger.selectors import balances
from prm.ledger.states import Kind
from prm.notices.models import Notice
from prm.signing.actions import sign_due
from prm.signing.checking import verify
from tests.deals.appeals.asking import WHY, appeal, appealed, decide, following, fresh, rejected, taken
from tests.factories import MUELLER, Cast, make_approved, make_registration

SECOND = timedelta(seconds=1)


def late(deal: Registration) -> Appeal:
    """Its answer has missed its date."""
    found = Appeal.objects.get(registration=deal)
    assert escalate_due(now=found.due_at) == 1
    found.refresh_from_db()
    return found


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=f"deal.{kind}").values_list("user__email", flat=True))


def test_appeal_goes_to_somebody_else_with_a_date(cast: Cast) -> None:
    now = database_now()
    deal = appeal(rejected(cast), cast.helix.rep, now=now, proof="Minutes of 3 May.")

    found = Appeal.objects.get()
    assert (found.registration, found.text, found.proof) == (deal, WHY, "Minutes of 3 May.")
    assert (found.decider, found.assigned_to, found.state, found.tone) == (cast.pam, cast.pam2, "waiting", "warn")
    assert found.due_at == calendar_of(deal.partner, now).due(now, 5)
    assert told("appeal_to_decide") == [cast.pam2.email]
    assert Event.objects.get(kind="deal.appealed").data == {"due_at": found.due_at.isoformat()}
    assert str(found) == f"{deal.pk}: waiting"


def test_deputy_is_asked_first_and_nobody_when_there_is_nobody(cast: Cast) -> None:
    deal = rejected(cast, by=cast.admin)
    assert asked_first(fresh(deal)) == cast.pam
    WorkCalendar.objects.create(
        user=cast.admin, number=1, deputy=cast.pam2, created_at=database_now(), created_by=cast.admin
    )
    assert asked_first(fresh(deal)) == cast.pam2

    cast.pam2.is_active = False
    cast.pam2.save()
    lonely = rejected(cast, team=cast.orbit)
    appeal(lonely, cast.orbit.rep)
    assert Appeal.objects.get(registration=lonely).assigned_to is None
    assert told("appeal_to_decide") == [cast.admin.email]


def test_it_is_possible_until_the_last_moment_of_the_window(cast: Cast) -> None:
    deal = rejected(cast)
    until = appealable_until(fresh(deal))
    assert until is not None
    assert deal.decided_at is not None
    assert until == calendar_of(deal.partner, deal.decided_at).due(deal.decided_at, 10)

    with pytest.raises(StateConflict) as refused:
        appeal(deal, cast.helix.rep, now=until)
    assert refused.value.code == "too_late"
    assert appeal(deal, cast.helix.rep, now=until - SECOND).state == "rejected"
    assert appealable_until(make_registration(cast.helix)) is None


def test_second_appeal_changes_nothing(cast: Cast) -> None:
    deal = appealed(cast)
    for by in (cast.helix.rep, cast.helix.admin):
        with pytest.raises(StateConflict) as refused:
            appeal(deal, by)
        assert refused.value.code == "appealed_before"
    decide(deal, cast.pam2, "refused")
    with pytest.raises(StateConflict):
        appeal(deal, cast.helix.rep)

    assert Event.objects.filter(kind="deal.appealed").count() == 1


@pytest.mark.parametrize("text", ["", "   ", "Wrong.", "x" * 19])
def test_appeal_says_why(cast: Cast, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        appeal(rejected(cast), cast.helix.rep, text=text)

    assert list(refused.value.errors) == ["text"]


def test_others_do_not_appeal(cast: Cast) -> None:
    deal = rejected(cast)
    for by in (cast.helix.engineer, cast.orbit.rep, cast.pam, cast.admin):
        with pytest.raises(NotAllowed):
            appeal(deal, by)


@pytest.mark.parametrize("outcome", Outcome.values)
def test_who_rejected_it_never_answers(cast: Cast, outcome: str) -> None:
    deal = appealed(cast)
    late(deal)
    for by in (cast.pam, cast.helix.rep, cast.seller, cast.finance):
        with pytest.raises(NotAllowed):
            decide(deal, by, outcome)

    assert Appeal.objects.get().decided_at is None


def test_only_who_is_asked_answers_before_it_is_late(cast: Cast) -> None:
    deal = rejected(cast, by=cast.admin)
    appeal(deal, cast.helix.rep)
    assert Appeal.objects.get().assigned_to == cast.pam
    with pytest.raises(NotAllowed):
        decide(deal, cast.pam2, "refused")
    late(deal)

    assert decide(deal, cast.pam2, "refused").appeal.decided_by == cast.pam2


def test_refusal_has_a_code_and_a_text(cast: Cast) -> None:
    deal = decide(appealed(cast), cast.pam2, "refused", reason="nothing_new", message="The minutes are of June.")

    assert (deal.state, deal.appeal.outcome, deal.appeal.reason) == ("rejected", "refused", "nothing_new")
    notice = Notice.objects.get(kind="deal.appeal_decided", user=cast.helix.rep)
    assert notice.title == f"The appeal of {deal.reference} is refused: Müller Logistik GmbH"
    assert notice.body.endswith("The minutes are of June.")
    assert told("appeal_decided") == [cast.pam.email, cast.helix.rep.email]
    assert Event.objects.get(kind="deal.appeal_refused").data == {"reason": "nothing_new"}
    assert Registration.objects.filter(appeal_of=deal.public_id).count() == 0


def test_upheld_appeal_keeps_the_place_in_line(cast: Cast) -> None:
    first = rejected(cast)
    registrations.share(registration=first, colleague=cast.helix.engineer, by=cast.helix.rep, now=database_now())
    rival = make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    now = database_now()
    decide(appeal(first, cast.helix.rep), cast.pam2, "reinstated", now=now)

    row = following(first)
    assert (row.state, row.place, row.submitted_at) == ("submitted", first.place, now)
    assert row.reference != first.reference
    assert row.decision_due_at == calendar_of(row.partner, now).due(now, 2)
    same = ("customer_name", "value", "currency", "motion", "work_done", "created_by", "submitted_by")
    assert [getattr(row, name) for name in same] == [getattr(first, name) for name in same]
    assert [line.product for line in row.lines.all()] == [cast.products["fleet-cloud"]]
    assert [share.user for share in row.shares.all()] == [cast.helix.engineer]
    assert Appeal.objects.get().linked == row
    event = Event.objects.get(kind="deal.submitted", subject_id=row.public_id)
    assert event.data["appeal_of"] == first.public_id
    assert Event.objects.get(kind="deal.appeal_reinstated").data == {"deal": row.public_id}
    # The rival, who was first for a while, is behind it again.
    assess_pending()
    found = Finding.objects.get(registration=rival)
    assert (found.kind, found.subject_id) == ("earlier_registration", row.public_id)
    with pytest.raises(StateConflict):
        decisions.approve(registration=rival, by=cast.pam, now=database_now())


def test_what_follows_is_decided_by_others_than_the_first_decider(cast: Cast) -> None:
    first = decide(appealed(cast), cast.pam2, "reinstated")
    row = following(first)

    assert [can_decide(by, row) for by in (cast.pam, cast.pam2, cast.admin)] == [False, True, True]
    assert list(Registration.objects.to_decide_by(cast.pam2)) == [row]
    assert list(Registration.objects.to_decide_by(cast.pam)) == []
    for verb in (decisions.approve, decisions.reject):
        more = {"reason": "other", "message": "No."} if verb is decisions.reject else {}
        with pytest.raises(NotAllowed):
            verb(registration=row, by=cast.pam, now=database_now(), **more)
    approved = decisions.approve(registration=row, by=cast.pam2, now=database_now())
    assert (approved.state, approved.place) == ("approved", first.place)
    assert Protection.objects.get().registration == row


def test_late_decision_of_what_follows_never_goes_to_the_first_decider(cast: Cast) -> None:
    first = appeal(rejected(cast, by=cast.admin), cast.helix.rep)
    row = following(decide(first, cast.pam, "reinstated"))
    row.recused = cast.pam2
    row.save()
    escalate_decisions(now=database_now() + timedelta(days=9))

    assert Registration.objects.get(pk=row.pk).escalated_to is None


def test_what_follows_is_not_appealed_again(cast: Cast) -> None:
    row = following(decide(appealed(cast), cast.pam2, "reinstated"))
    decisions.reject(registration=row, reason="other", message="No.", by=cast.pam2, now=database_now())
    with pytest.raises(StateConflict) as refused:
        appeal(row, cast.helix.rep)

    assert refused.value.code == "appealed_before"


def test_question_about_what_follows_pauses_its_own_clock(cast: Cast) -> None:
    row = following(decide(appealed(cast), cast.pam2, "reinstated"))
    now = database_now()
    decisions.ask(registration=row, message="Who signs?", fields=["work_done"], by=cast.pam2, now=now)
    later = calendar_of(row.partner, now).due(now, 3)
    answered = registrations.answer(
        registration=row, message="The board.", values={}, fields=[], by=cast.helix.rep, now=later
    )

    assert answered.decision_due_at is not None
    assert row.decision_due_at is not None
    assert answered.decision_due_at > row.decision_due_at
    assert answered.place == row.place


def test_customer_that_is_taken_is_compensated(cast: Cast) -> None:
    deal = taken(cast)
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "reinstated")
    assert refused.value.code == "protected"

    decide(deal, cast.pam2, "compensated", amount=Decimal("750.50"), currency="EUR", message="We were wrong.")

    entry = Entry.objects.get()
    assert (entry.kind, entry.amount, entry.currency, entry.rate) == (Kind.COMPENSATION, Decimal("750.50"), "EUR", None)
    assert (entry.organisation, entry.seller) == (cast.helix.organisation, cast.helix.rep)
    assert (entry.subject_id, entry.created_by) == (deal.public_id, cast.pam2)
    assert entry.payable_from == entry.booked_on + timedelta(days=30)
    assert [entry for entry in Entry.objects.payable(entry.payable_from)] == [entry]
    assert [(row.earned, row.waiting) for row in balances(Entry.objects.all(), entry.booked_on)] == [
        (Decimal("750.50"), Decimal("750.50"))
    ]
    assert Event.objects.get(kind="deal.appeal_compensated").data == {"amount": "750.50", "currency": "EUR"}
    notice = Notice.objects.get(kind="deal.appeal_decided", user=cast.helix.rep)
    assert "€750.50" in notice.title
    assert "Orbit" not in notice.title + notice.body
    assert told_of_money(cast) == [cast.helix.admin.email]
    with pytest.raises(StateConflict):
        decide(deal, cast.pam2, "compensated")
    assert Entry.objects.count() == 1


def told_of_money(cast: Cast) -> list[str]:
    rows = Notice.objects.filter(kind="earnings.compensated")
    return sorted(rows.values_list("user__email", flat=True))


def test_customer_that_is_free_is_not_paid_for(cast: Cast) -> None:
    with pytest.raises(StateConflict) as refused:
        decide(appealed(cast), cast.pam2, "compensated")

    assert refused.value.code == "free"
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    ("outcome", "given", "fields"),
    [
        ("refused", {"reason": ""}, ["reason"]),
        ("refused", {"reason": "nonsense"}, ["reason"]),
        ("refused", {"message": " "}, ["message"]),
        ("teaming", {}, ["outcome"]),
        ("compensated", {"amount": None}, ["amount"]),
        ("compensated", {"amount": Decimal("86400.01")}, ["amount"]),
        ("compensated", {"amount": Decimal("10.00"), "currency": "USD"}, ["amount"]),
    ],
)
def test_answer_is_complete(cast: Cast, outcome: str, given: dict[str, Any], fields: list[str]) -> None:
    deal = taken(cast)
    with pytest.raises(InvalidInput) as refused:
        decide(deal, cast.pam2, outcome, **given)

    assert list(refused.value.errors) == fields
    assert Appeal.objects.get().decided_at is None


def test_answer_names_no_rival(cast: Cast) -> None:
    rival = make_approved(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    first = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assess_pending()
    reason = {"reason": "already_protected", "message": "Taken."}
    decisions.reject(registration=first, by=cast.pam, now=database_now(), **reason)
    with pytest.raises(InvalidInput) as refused:
        decide(appeal(first, cast.helix.rep), cast.pam2, "refused", message=f"{rival.reference} was earlier.")

    assert list(refused.value.errors) == ["message"]


def test_own_registration_of_meanwhile_has_to_go_first(cast: Cast) -> None:
    deal = appealed(cast)
    again = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    with pytest.raises(StateConflict) as refused:
        decide(deal, cast.pam2, "reinstated")
    assert (refused.value.code, again.reference in refused.value.message) == ("own_duplicate", True)

    registrations.withdraw(registration=again, reason="", by=cast.helix.rep, now=database_now())
    assert decide(deal, cast.pam2, "reinstated").appeal.outcome == "reinstated"


def test_provisional_protection_makes_room_for_what_follows(cast: Cast) -> None:
    deal = make_registration(cast.helix, cast.products["fleet-cloud"], **MUELLER)
    assert deal.decision_due_at is not None
    escalate_decisions(now=deal.decision_due_at)
    much_later = deal.decision_due_at + timedelta(days=10)
    escalate_decisions(now=much_later)
    reason = {"reason": "other", "message": "No."}
    decisions.reject(registration=fresh(deal), by=cast.pam, now=much_later + SECOND, **reason)
    appeal(deal, cast.helix.rep, now=much_later + 2 * SECOND)
    decide(deal, cast.pam2, "reinstated", now=much_later + 3 * SECOND)

    row = Registration.objects.get(pk=deal.pk)
    assert row.provisional_until == row.provisional_ended_at == much_later + 3 * SECOND
    approved = decisions.approve(registration=following(deal), by=cast.pam2, now=much_later + 4 * SECOND)
    assert approved.state == "approved"


def test_late_answer_is_told_once_and_open_to_all(cast: Cast) -> None:
    deal = appealed(cast)
    due = Appeal.objects.get().due_at
    assert escalate_due(now=due - SECOND) == 0
    assert Appeal.objects.overdue(due).count() == 1
    assert [list(Appeal.objects.to_decide_by(by)) for by in (cast.pam, cast.admin)] == [[], []]
    assert [escalate_due(now=due), escalate_due(now=due)] == [1, 0]

    assert told("appeal_late") == sorted([cast.admin.email, cast.helix.rep.email])
    assert Appeal.objects.to_decide_by(cast.admin).get().registration == deal
    assert list(Appeal.objects.to_decide_by(cast.pam)) == []
    assert Event.objects.filter(kind="deal.appeal_escalated").count() == 1
    decide(deal, cast.pam2, "refused")
    assert Appeal.objects.overdue(due).count() == 0


@pytest.mark.parametrize("outcome", Outcome.values)
def test_every_step_has_a_receipt_that_holds(cast: Cast, outcome: str) -> None:
    deal = taken(cast) if outcome == "compensated" else appealed(cast)
    decide(deal, cast.pam2, outcome)
    sign_due()

    assert verify(now=database_now()) == []


@pytest.mark.parametrize(
    "change",
    [
        "text = ''",
        "due_at = asked_at",
        "outcome = 'refused'",
        "decided_at = now()",
        "decided_at = now(), outcome = 'teaming', message = 'x'",
        "decided_at = now(), outcome = 'refused', message = 'x'",
        "decided_at = now(), outcome = 'refused', message = 'x', reason = 'stands', decided_by_id = decider_id",
        "decided_at = now(), outcome = 'refused', message = '', reason = 'stands'",
        "decided_at = now(), outcome = 'reinstated', message = 'x'",
        "decided_at = now(), outcome = 'compensated', message = 'x'",
        "decided_at = now(), outcome = 'compensated', message = 'x', amount = 0, currency = 'EUR'",
        "amount = 5, currency = 'EUR'",
        "reason = 'stands'",
    ],
)
def test_database_refuses_half_an_answer(cast: Cast, change: str) -> None:
    appealed(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update deals_appeal set {change}")


@pytest.mark.parametrize(
    "change",
    [
        "decided_at = now(), decided_by_id = recused_id, policy_id = (select max(id) from policy_policyversion)",
        "appeal_of_id = null",
        "priority_number = null",
    ],
)
def test_database_refuses_the_first_decider_and_a_lost_link(cast: Cast, change: str) -> None:
    row = following(decide(appealed(cast), cast.pam2, "reinstated"))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update deals_registration set {change} where id = %s", [row.pk])
