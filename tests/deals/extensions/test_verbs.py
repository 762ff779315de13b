"""Asking for an extension and deciding it: what holds meanwhile, who is told, and what is refused."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from deals.conflicts.models import Finding
from deals.decisions.actions import approve
from deals.extensions.actions import ask_extension, decide_extension
from deals.extensions.models import Extension
from deals.protections.actions import expire_due
from deals.protections.models import Protection
from deals.registrations.actions import win
from deals.registrations.models import Registration
from prm.accounts.models import User
from prm.audit.models import Event
from prm.clocks.calendar import end_of_day, local_date
from prm.clocks.database import database_now
from prm.errors import InvalidInput, NotAllowed, StateConflict
from prm.notices.models import Notice
from tests.factories import MUELLER, Cast, make_approved, make_registration

PROOF = "Two meetings with the board and an offer since the approval."
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def fresh(deal: Registration) -> Registration:
    return Registration.objects.with_people().get(pk=deal.pk)


def end_of(deal: Registration) -> datetime:
    until = fresh(deal).protected_until
    assert until is not None
    # The table that rivals are kept away by says the same.
    assert {row.period.upper for row in Protection.objects.filter(registration=deal)} == {until}
    return until


def ask(deal: Registration, by: User, now: datetime | None = None, proof: str = PROOF) -> Registration:
    return ask_extension(registration=fresh(deal), proof=proof, by=by, now=now or database_now())


def decide(
    deal: Registration, by: User, *, accept: bool, now: datetime | None = None, message: str = ""
) -> Registration:
    return decide_extension(registration=fresh(deal), accept=accept, message=message, by=by, now=now or database_now())


def longer(end: datetime) -> datetime:
    return end_of_day(local_date(end, "Europe/Berlin") + 30 * DAY, "Europe/Berlin")


@pytest.fixture
def deal(cast: Cast) -> Registration:
    return make_approved(cast.helix, cast.products["fleet-cloud"], **MUELLER)


def test_protection_goes_on_from_the_moment_it_is_asked_for(deal: Registration, cast: Cast) -> None:
    before = end_of(deal)
    asked = ask(deal, cast.helix.rep)

    assert end_of(deal) == longer(before)
    assert asked.extension.state == "asked"
    assert (asked.extension.before, asked.extension.until) == (before, longer(before))
    assert expire_due(now=before + DAY) == 0
    rival = make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    with pytest.raises(StateConflict):
        approve(registration=rival, by=cast.pam, now=before + DAY)


def test_granted_extension_changes_nothing_more(deal: Registration, cast: Cast) -> None:
    before = end_of(deal)
    ask(deal, cast.helix.rep)
    decided = decide(deal, cast.pam, accept=True)

    assert (decided.extension.state, decided.extension.decided_by) == ("granted", cast.pam)
    assert end_of(deal) == longer(before)
    assert expire_due(now=longer(before)) == 1


def test_refused_extension_gives_the_old_end_back(deal: Registration, cast: Cast) -> None:
    before = end_of(deal)
    reminder = fresh(deal).next_reminder_at
    ask(deal, cast.helix.rep)
    decided = decide(deal, cast.pam, accept=False, message="Nothing has moved since June.")

    assert decided.extension.state == "refused"
    assert end_of(deal) == before
    assert fresh(deal).next_reminder_at == reminder
    assert expire_due(now=before) == 1


def test_late_refusal_ends_the_protection_then_and_not_before(deal: Registration, cast: Cast) -> None:
    before = end_of(deal)
    ask(deal, cast.helix.rep)
    late = before + 2 * DAY
    decide(deal, cast.pam, accept=False, message="Nothing has moved since June.", now=late)

    assert end_of(deal) == late
    assert expire_due(now=late) == 1


def test_both_sides_are_told_once(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    asked = Notice.objects.get(kind="deal.extension_to_decide")
    assert asked.user == cast.pam
    assert PROOF in asked.body

    decide(deal, cast.pam, accept=True, message="Go on.")
    decided = Notice.objects.get(kind="deal.extension_decided")
    assert decided.user == cast.helix.rep
    assert decided.title == "Extended: Müller Logistik GmbH stays protected for you"
    assert decided.body.endswith("Go on.")
    kinds = ["deal.extension_asked", "deal.extension_granted"]
    assert list(Event.objects.filter(kind__in=kinds).order_by("pk").values_list("kind", flat=True)) == kinds


def test_refusal_names_the_day_and_the_reason(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    decide(deal, cast.pam, accept=False, message="Nothing has moved since June.")

    said = Notice.objects.get(kind="deal.extension_decided")
    assert said.title == f"{deal.reference} is not extended: Müller Logistik GmbH"
    assert said.body.endswith("Nothing has moved since June.")
    assert Event.objects.filter(kind="deal.extension_refused").count() == 1


def test_there_is_one_for_each_protection(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    end = end_of(deal)
    with pytest.raises(StateConflict):
        ask(deal, cast.helix.admin)
    decide(deal, cast.pam, accept=True)
    with pytest.raises(StateConflict):
        decide(deal, cast.pam, accept=False, message="On second thoughts, no.")
    with pytest.raises(StateConflict):
        ask(deal, cast.helix.rep)

    assert end_of(deal) == end
    assert Extension.objects.count() == 1


def test_it_is_too_late_when_the_protection_has_ended(deal: Registration, cast: Cast) -> None:
    end = end_of(deal)
    with pytest.raises(StateConflict):
        ask(deal, cast.helix.rep, now=end)

    assert end_of(deal) == end
    expire_due(now=end)
    with pytest.raises(StateConflict):
        ask(deal, cast.helix.rep, now=end - SECOND)


def test_nothing_waits_once_the_deal_is_closed(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    assert Extension.objects.to_decide_by(cast.pam).count() == 1
    win(
        registration=fresh(deal),
        closed_on=database_now().date(),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=database_now(),
    )

    assert Extension.objects.to_decide_by(cast.pam).count() == 0
    with pytest.raises(StateConflict):
        decide(deal, cast.pam, accept=True)


@pytest.mark.parametrize("proof", ["", "   ", "It goes on well.", "x" * 19])
def test_proof_says_something(deal: Registration, cast: Cast, proof: str) -> None:
    end = end_of(deal)
    with pytest.raises(InvalidInput) as refused:
        ask(deal, cast.helix.rep, proof=proof)

    assert list(refused.value.errors) == ["proof"]
    assert end_of(deal) == end


def test_refusal_needs_a_reason(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    with pytest.raises(InvalidInput) as refused:
        decide(deal, cast.pam, accept=False, message=" ")

    assert list(refused.value.errors) == ["message"]


def test_reason_names_no_rival(deal: Registration, cast: Cast) -> None:
    rival = make_registration(cast.orbit, cast.products["fleet-cloud"], **MUELLER)
    ask(deal, cast.helix.rep)
    Finding.objects.create(
        registration=deal,
        kind="later_registration",
        band="hint",
        score="0.9",
        evidence=[],
        clause="3.2",
        subject_type="deal",
        subject_id=rival.public_id,
    )
    with pytest.raises(InvalidInput) as refused:
        decide(deal, cast.pam, accept=False, message=f"{rival.partner.organisation} is closer to it.")

    assert list(refused.value.errors) == ["message"]


def test_administrator_in_the_place_of_the_account_manager_gives_a_reason(deal: Registration, cast: Cast) -> None:
    ask(deal, cast.helix.rep)
    with pytest.raises(InvalidInput):
        decide(deal, cast.admin, accept=True)

    assert decide(deal, cast.admin, accept=True, message="The manager is away.").extension.granted is True


def test_others_neither_ask_nor_decide(deal: Registration, cast: Cast) -> None:
    for by in (cast.helix.engineer, cast.orbit.rep, cast.pam, cast.admin):
        with pytest.raises(NotAllowed):
            ask(deal, by)
    ask(deal, cast.helix.rep)
    for by in (cast.helix.rep, cast.helix.admin, cast.pam2, cast.seller):
        with pytest.raises(NotAllowed):
            decide(deal, by, accept=True)

    assert Extension.objects.get().decided_at is None


def test_overdue_ones_are_counted(deal: Registration, cast: Cast) -> None:
    asked = ask(deal, cast.helix.rep).extension

    assert asked.due_at > asked.asked_at + DAY
    assert Extension.objects.overdue(asked.due_at - SECOND).count() == 0
    assert Extension.objects.overdue(asked.due_at).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "until = before",
        "before = asked_at",
        "proof = ''",
        "granted = true",
        "decided_at = now()",
        "granted = false, decided_at = now()",
    ],
)
def test_database_refuses_half_an_extension(deal: Registration, cast: Cast, change: str) -> None:
    ask(deal, cast.helix.rep)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"update deals_extension set {change}")
