"""What is due and when: nothing before its instant, everything once, late ones too."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from deals.protections.actions import expire_due, remind_due
from deals.protections.models import Protection
from deals.registrations import rules
from deals.registrations.actions import win
from deals.registrations.models import Registration
from prm.accounts.models import Membership
from prm.audit.models import Event
from prm.clocks.calendar import Calendar
from prm.clocks.database import database_now
from prm.matching.models import MatchRecord
from prm.notices.models import Notice
from tests.factories import Cast, make_approved, make_asked, make_registration

SECOND = timedelta(seconds=1)
DAYS = (30, 14, 3)


def reminded() -> list[int]:
    return [event.data["days"] for event in Event.objects.filter(kind="deal.reminded")]


def steps(registration: Registration) -> list[datetime]:
    assert registration.protected_until
    zone = registration.partner.organisation.time_zone
    return [at for at, _days in rules.reminder_times(registration.protected_until, DAYS, zone)]


def until(registration: Registration) -> datetime:
    registration.refresh_from_db()
    assert registration.protected_until
    return registration.protected_until


# Ends.


def test_protection_ends_at_its_instant_and_not_before(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    end = until(deal)
    assert expire_due(now=end - SECOND) == 0
    assert expire_due(now=end) == 1
    deal.refresh_from_db()
    assert (deal.state, deal.ended_at, deal.ended_by, deal.next_reminder_at) == ("expired", end, None, None)
    event = Event.objects.get(kind="deal.expired")
    assert (event.actor_id, event.at, event.data) == (None, end, {"protected_until": end.isoformat()})
    assert expire_due(now=end + timedelta(days=1)) == 0


def test_protection_that_ended_makes_room_for_a_rival(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    keys = MatchRecord.objects.filter(source="registration", record_id=deal.pk)
    assert keys.exists()
    expire_due(now=until(deal))
    assert not keys.exists()
    assert not Protection.objects.holding(until(deal)).exists()


def test_won_deal_does_not_expire(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    now = database_now()
    win(
        registration=deal,
        closed_on=now.date() - timedelta(days=1),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=now,
    )
    assert expire_due(now=until(deal) + timedelta(days=9)) == 0


def test_question_lapses_after_ten_business_days(cast: Cast) -> None:
    deal = make_asked(cast.helix)
    assert deal.asked_at
    due = Calendar("Europe/Berlin").due(deal.asked_at, 10)
    assert deal.answer_due_at == due
    assert expire_due(now=due - SECOND) == 0
    assert expire_due(now=due) == 1
    deal.refresh_from_db()
    assert (deal.state, deal.ended_at, deal.clock_paused_at) == ("lapsed", due, None)
    assert Event.objects.filter(kind="deal.lapsed").count() == 1


def test_registration_in_review_never_lapses(cast: Cast) -> None:
    make_registration(cast.helix)
    assert expire_due(now=database_now() + timedelta(days=400)) == 0


def test_rival_of_what_ended_is_looked_at_again(cast: Cast) -> None:
    from deals.conflicts.actions import assess_pending
    from tests.factories import MUELLER

    deal = make_approved(cast.orbit, **MUELLER)
    waiting = make_registration(cast.helix, **MUELLER)
    assess_pending()
    assert [finding.kind for finding in waiting.findings.all()][:1] == ["rival_protection"]
    expire_due(now=until(deal))
    waiting.refresh_from_db()
    assert waiting.assessed_at is None


def test_sweep_after_days_of_silence_does_everything_once(cast: Cast) -> None:
    ends = []
    for day in range(5):
        deal = make_approved(cast.helix, now=database_now() - timedelta(days=day))
        ends.append(until(deal))
    asked = make_asked(cast.orbit)
    Registration.objects.filter(pk=asked.pk).update(answer_due_at=ends[1])
    late = ends[0] + timedelta(days=3)
    assert expire_due(now=ends[2] - SECOND) == 2
    assert expire_due(now=late) == 4
    assert expire_due(now=late) == 0
    assert Event.objects.filter(kind__in=["deal.expired", "deal.lapsed"]).count() == 6
    # Both sides hear of each end.
    assert Notice.objects.filter(kind__in=["deal.expired", "deal.lapsed"]).count() == 12


def test_sweep_of_many_takes_several_batches(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deals.protections.actions.BATCH", 2)
    deals = [make_approved(cast.helix) for _ in range(5)]
    assert expire_due(now=until(deals[0])) == 5


def test_end_is_told_to_the_admins_when_the_registrant_has_left(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    Membership.objects.filter(user=cast.helix.rep).update(ended_at=database_now())
    expire_due(now=until(deal))
    told = Notice.objects.filter(kind="deal.expired").values_list("user__email", flat=True)
    assert sorted(told) == [cast.helix.admin.email, cast.pam.email]


# Reminders.


def test_reminders_come_at_each_step_once(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    for number, at in enumerate(steps(deal)):
        assert remind_due(now=at - SECOND) == 0
        assert remind_due(now=at) == 1
        assert remind_due(now=at) == 0
        assert remind_due(now=at + timedelta(hours=5)) == 0
        assert reminded() == list(DAYS[: number + 1])
    deal.refresh_from_db()
    assert deal.next_reminder_at is None
    told = Notice.objects.filter(kind="deal.reminded").values_list("user__email", flat=True)
    assert list(told) == [cast.helix.rep.email] * 3


@pytest.mark.parametrize(
    ("late", "expected"),
    [
        (timedelta(), [30]),
        (timedelta(days=15), [30]),
        (timedelta(days=16), [14]),
        (timedelta(days=26), [14]),
        (timedelta(days=27), [3]),
        (timedelta(days=30, hours=15), [3]),
        (timedelta(days=31), []),
    ],
    ids=["in time", "before the next", "with the next", "before the last", "with the last", "last hour", "too late"],
)
def test_reminders_missed_collapse_into_one(cast: Cast, late: timedelta, expected: list[int]) -> None:
    deal = make_approved(cast.helix)
    now = steps(deal)[0] + late
    assert remind_due(now=now) == len(expected)
    assert remind_due(now=now) == 0
    assert reminded() == expected
    assert Notice.objects.filter(kind="deal.reminded").count() == len(expected)


def test_reminder_after_a_missed_one_comes_in_time_again(cast: Cast) -> None:
    thirty, fourteen, three = steps(make_approved(cast.helix))
    remind_due(now=thirty)
    remind_due(now=fourteen + timedelta(days=3))
    remind_due(now=three)
    assert reminded() == [30, 14, 3]


def test_reminder_says_how_many_days_are_really_left(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    remind_due(now=steps(deal)[1] + timedelta(days=3))
    title = Notice.objects.get(kind="deal.reminded").title
    assert title == f"11 days left: the protection of {deal.customer_name}"


def test_ended_deal_is_not_reminded_of(cast: Cast) -> None:
    deal = make_approved(cast.helix)
    now = database_now()
    win(
        registration=deal,
        closed_on=now.date() - timedelta(days=1),
        early_reason="Signed at once.",
        by=cast.helix.rep,
        now=now,
    )
    assert remind_due(now=steps(deal)[2]) == 0


# The doors.


@pytest.fixture
def demo(settings: Any) -> None:
    settings.PRM_DEMO = True


@pytest.mark.usefixtures("demo")
def test_commands_act_as_of_the_given_moment(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    deal = make_approved(cast.helix)
    call_command("remind_due", now=steps(deal)[0].isoformat())
    call_command("expire_due", now=(until(deal) - SECOND).isoformat())
    call_command("expire_due", now=until(deal).isoformat())
    assert capsys.readouterr().out.splitlines() == [
        "1 registrations reminded.",
        "0 registrations ended.",
        "1 registrations ended.",
    ]
    deal.refresh_from_db()
    assert deal.ended_at == until(deal)


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("suffix", ["", "+00:00", "Z"])
def test_commands_read_a_moment_without_a_zone_as_utc(cast: Cast, suffix: str) -> None:
    deal = make_approved(cast.helix)
    moment = until(deal).astimezone(UTC).replace(tzinfo=None).isoformat()
    call_command("expire_due", now=f" {moment}{suffix}")
    deal.refresh_from_db()
    assert (deal.state, deal.ended_at) == ("expired", until(deal))


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("command", ["expire_due", "remind_due"])
@pytest.mark.parametrize("moment", ["", "tomorrow", "2026-13-01", "24.11.2026", "2026-11-24T25:00"])
def test_commands_refuse_what_is_no_moment(db: None, command: str, moment: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(command, now=moment)
    assert str(refused.value) == f"--now must be a moment such as 2026-11-24T08:00:00Z, not {moment!r}."


@pytest.mark.parametrize("command", ["expire_due", "remind_due"])
def test_commands_do_not_move_the_clock_outside_the_demo(cast: Cast, settings: Any, command: str) -> None:
    settings.PRM_DEMO = False
    deal = make_approved(cast.helix)
    with pytest.raises(CommandError) as refused:
        call_command(command, now=until(deal).isoformat())
    assert "PRM_DEMO=1" in str(refused.value)
    deal.refresh_from_db()
    assert deal.state == "approved"


def test_commands_without_a_moment_look_at_the_clock_of_the_database(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    make_approved(cast.helix, now=database_now() - timedelta(days=120))
    make_approved(cast.helix)
    call_command("expire_due")
    call_command("remind_due")
    assert capsys.readouterr().out.splitlines() == ["1 registrations ended.", "0 registrations reminded."]
