"""Decisions that miss their date: told once, and somebody else may decide."""

from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from deals.decisions.actions import ask, reject
from deals.punctuality.actions import escalate_due
from deals.registrations.actions import answer, withdraw
from deals.registrations.models import Registration
from deals.registrations.policies import can_decide, must_give_reason
from deals.sockets import decisions_waiting
from prm.accounts.models import Membership
from prm.audit.models import Event
from prm.calendars.actions import change
from prm.calendars.selectors import calendar_at
from prm.clocks.database import database_now
from prm.errors import NotAllowed
from prm.notices.models import Notice
from tests.factories import Cast, make_asked, make_registration

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def late(deal: Registration, by: timedelta = HOUR) -> Registration:
    """Its decision was due that long ago."""
    Registration.objects.filter(pk=deal.pk).update(decision_due_at=database_now() - by)
    deal.refresh_from_db()
    return deal


def swept(deal: Registration) -> Registration:
    escalate_due(now=database_now())
    deal.refresh_from_db()
    return deal


def told(kind: str) -> list[str]:
    return sorted(Notice.objects.filter(kind=kind).values_list("user__email", flat=True))


def test_decision_is_late_at_its_instant_and_not_before(cast: Cast) -> None:
    deal = make_registration(cast.helix)
    due = deal.decision_due_at
    assert due

    assert escalate_due(now=due - SECOND) == 0
    assert escalate_due(now=due) == 1
    assert escalate_due(now=due + SECOND) == 0
    deal.refresh_from_db()
    assert (deal.state, deal.escalated_at, deal.escalated_to) == ("submitted", due, cast.pam2)
    assert deal.provisional_due_at == calendar_at(cast.pam, due).due(due, 2)
    assert deal.decision_due_at == due
    event = Event.objects.get(kind="deal.escalated")
    assert (event.actor_id, event.data["to"]) == (None, cast.pam2.public_id)


def test_everybody_concerned_is_told_once(cast: Cast) -> None:
    deal = swept(late(make_registration(cast.helix)))
    swept(deal)

    assert told("deal.escalated") == [cast.pam2.email, cast.pam.email, cast.helix.rep.email]
    to_partner = Notice.objects.get(kind="deal.escalated", user=cast.helix.rep)
    assert "We are late" in to_partner.title
    assert str(cast.pam2) in to_partner.body
    assert "protected for you provisionally" in to_partner.body
    assert "Orbit" not in to_partner.body


def test_second_account_manager_decides_without_a_reason(cast: Cast) -> None:
    deal = late(make_registration(cast.helix))
    with pytest.raises(NotAllowed):
        reject(registration=deal, reason="other", message="No.", by=cast.pam2, now=database_now())
    assert decisions_waiting(cast.pam2, database_now(), 5) == []

    swept(deal)

    assert can_decide(cast.pam2, deal)
    assert not must_give_reason(cast.pam2, deal)
    assert can_decide(cast.pam, deal)
    assert ["second account manager" in item.what for item in decisions_waiting(cast.pam2, database_now(), 5)] == [True]
    assert ["second account manager" in item.what for item in decisions_waiting(cast.pam, database_now(), 5)] == [False]
    done = reject(registration=deal, reason="other", message="No.", by=cast.pam2, now=database_now())
    assert (done.state, done.decided_by) == ("rejected", cast.pam2)


def test_deputy_comes_before_whoever_has_least_to_do(cast: Cast) -> None:
    third = make_third(cast)
    change(owner=cast.pam, values={"deputy": third}, by=cast.pam, now=database_now())
    assert swept(late(make_registration(cast.helix))).escalated_to == third

    # Whoever has left stands in for nobody.
    Membership.objects.filter(user=third).update(ended_at=database_now())
    assert swept(late(make_registration(cast.helix))).escalated_to == cast.pam2


def make_third(cast: Cast):  # type: ignore[no-untyped-def]
    from tests.factories import make_user

    return make_user("pam3@vendor.example", cast.vendor, "pam")


def test_work_is_shared_among_the_others(cast: Cast) -> None:
    third = make_third(cast)
    deals = [late(make_registration(cast.helix)) for _ in range(4)]
    escalate_due(now=database_now())

    seconds = Counter(Registration.objects.filter(pk__in=[d.pk for d in deals]).values_list("escalated_to", flat=True))
    assert seconds == {cast.pam2.pk: 2, third.pk: 2}


def test_nobody_else_decides_and_the_partner_is_told_all_the_same(cast: Cast) -> None:
    Membership.objects.filter(user=cast.pam2).update(ended_at=database_now())
    deal = swept(late(make_registration(cast.helix)))

    assert (deal.escalated_to, deal.escalated_at is None) == (None, False)
    assert told("deal.escalated") == [cast.pam.email, cast.helix.rep.email]


def test_open_question_and_ended_registration_are_not_late(cast: Cast) -> None:
    asked, gone = make_asked(cast.helix), make_registration(cast.helix)
    withdraw(registration=gone, reason="", by=cast.helix.rep, now=database_now())
    late(asked)
    late(gone)

    assert escalate_due(now=database_now()) == 0


def test_pause_moves_both_dates_and_a_third_question_none(cast: Cast) -> None:
    """The first two questions stop the clock; whatever is asked after them does not."""
    deal = swept(late(make_registration(cast.helix)))
    calendar = calendar_at(cast.pam, database_now())
    for number in range(3):
        due, provisional = deal.decision_due_at, deal.provisional_due_at
        assert due
        assert provisional
        now = database_now()
        deal = ask(registration=deal, message="Who signs?", fields=["work_done"], by=cast.pam2, now=now)
        assert (deal.clock_paused_at is not None) == (number < 2)
        deal = answered(deal, cast, after=7 * DAY)
        passed = calendar.business_time(now, now + 7 * DAY) if number < 2 else timedelta()
        assert (deal.decision_due_at, deal.provisional_due_at) == (
            calendar.postpone(due, passed),
            calendar.postpone(provisional, passed),
        )
    assert Event.objects.filter(kind="deal.escalated").count() == 1


def answered(deal: Registration, cast: Cast, *, after: timedelta) -> Registration:
    assert deal.asked_at
    return answer(
        registration=deal,
        message="Here",
        values={"work_done": "Three workshops with the head of fleet."},
        fields=["work_done"],
        by=cast.helix.rep,
        now=deal.asked_at + after,
    )


def test_three_days_without_a_scheduler(cast: Cast) -> None:
    """Everything once, late, and told in one sentence instead of two."""
    deals = [late(make_registration(cast.helix), 9 * DAY) for _ in range(2)]
    fresh = late(make_registration(cast.orbit), HOUR)

    assert escalate_due(now=database_now()) == 3 + 2
    assert escalate_due(now=database_now()) == 0

    events = Counter(Event.objects.filter(kind__in=KINDS).values_list("kind", flat=True))
    assert events == {"deal.escalated": 3, "deal.protected_provisionally": 2}
    about = {deal.get_absolute_url() for deal in deals}
    said = Notice.objects.filter(path__in=about, user=cast.helix.rep).exclude(kind="deal.submitted")
    assert sorted(said.values_list("kind", flat=True)) == ["deal.protected_provisionally"] * 2
    assert Notice.objects.filter(path=fresh.get_absolute_url(), user=cast.orbit.rep, kind="deal.escalated").count() == 1


KINDS = ("deal.escalated", "deal.protected_provisionally")


def test_command_does_what_the_scheduler_does(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    late(make_registration(cast.helix))
    call_command("escalate_due")

    assert capsys.readouterr().out.strip() == "1 registrations escalated, protected or ended."


def test_page_says_that_we_are_late_and_what_happens_next(cast: Cast) -> None:
    deal = swept(late(make_registration(cast.helix)))
    client = Client()
    client.force_login(cast.helix.rep)
    page = client.get(deal.get_absolute_url()).content.decode()

    assert "We are late" in page
    assert f"{cast.pam2} may decide it now too" in page
    assert "rule 4.3" in page
    client.force_login(cast.pam2)
    assert "Second account manager" in client.get(deal.get_absolute_url()).content.decode()
