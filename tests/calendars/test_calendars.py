"""Business days as they are kept: versions, who may, and what stays promised."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from deals.registrations.actions import answer
from deals.registrations.selectors import calendar_of
from prm.accounts.models import Membership, User
from prm.audit.models import Event
from prm.calendars.actions import change, take_off, work
from prm.calendars.models import WorkCalendar
from prm.calendars.selectors import calendar_at, calendars_at, deputies_of, newest
from prm.clocks.calendar import Calendar, local_date
from prm.clocks.database import database_now
from prm.clocks.holidays import DaysOff
from prm.errors import InvalidInput, NotAllowed, StateConflict
from tests.factories import Cast, make_asked, make_registration

DAY = timedelta(days=1)


def today() -> date:
    return local_date(database_now(), "Europe/Berlin")


def leave(owner: Any, first: int, last: int, by: User | None = None) -> WorkCalendar:
    start = today()
    days = {"first": start + first * DAY, "last": start + last * DAY}
    return take_off(owner=owner, **days, by=by or owner, now=database_now())


def test_nobody_has_set_anything(cast: Cast) -> None:
    assert calendar_at(cast.pam, database_now()) == Calendar("Europe/Berlin")
    assert calendar_at(None, database_now()) == Calendar("Europe/Berlin")
    assert newest(cast.pam).number == 0
    assert WorkCalendar.objects.count() == 0


def test_own_settings_come_before_those_of_the_company(cast: Cast) -> None:
    now = database_now()
    change(owner=cast.vendor, values={"country": "DE", "subdivision": "BY"}, by=cast.admin, now=now)
    change(owner=cast.pam2, values={"country": "US", "weekend": [5, 4, 4]}, by=cast.pam2, now=now)
    User.objects.filter(pk=cast.pam2.pk).update(time_zone="America/New_York")
    cast.pam2.refresh_from_db()

    found = calendars_at([cast.pam, cast.pam2], database_now())

    assert found == {
        cast.pam.pk: Calendar("Europe/Berlin", days_off=DaysOff("DE", "BY")),
        cast.pam2.pk: Calendar("America/New_York", frozenset({4, 5}), DaysOff("US")),
        None: Calendar("Europe/Berlin", days_off=DaysOff("DE", "BY")),
    }


def test_calendar_of_a_pam_costs_two_questions_however_much_is_set(cast: Cast) -> None:
    change(owner=cast.vendor, values={"country": "DE"}, by=cast.admin, now=database_now())
    leave(cast.pam, 1, 30)
    now = database_now()
    calendar_of(cast.helix.partner, now)

    with CaptureQueriesContext(connection) as asked:
        calendar_of(cast.helix.partner, now).due(now, 40)

    assert len(asked) == 2


def test_due_date_skips_what_was_known_at_the_submission(cast: Cast) -> None:
    leave(cast.pam, 0, 20)
    deal = make_registration(cast.helix)

    assert deal.priority_at
    assert deal.decision_due_at
    assert local_date(deal.decision_due_at, "Europe/Berlin") > today() + 20 * DAY
    assert deal.decision_due_at == calendar_at(cast.pam, deal.priority_at).due(deal.priority_at, 2)


def test_promised_date_stays_when_somebody_takes_leave_afterwards(cast: Cast) -> None:
    deal = make_asked(cast.helix)
    assert deal.decision_due_at
    assert deal.clock_paused_at
    promised = deal.decision_due_at
    leave(cast.pam, 0, 20)
    change(owner=cast.vendor, values={"country": "DE"}, by=cast.admin, now=database_now())
    deal.refresh_from_db()
    assert deal.decision_due_at == promised

    # The pause gives back what it took in the calendar that the clock began with.
    deal = answer(
        registration=deal,
        message="Here",
        values={"work_done": "Three workshops with the fleet."},
        fields=["work_done"],
        by=cast.helix.rep,
        now=deal.clock_paused_at + 14 * DAY,
    )

    assert deal.decision_due_at
    assert deal.decision_due_at - promised == 14 * DAY
    assert calendar_of(cast.helix.partner, database_now()).days_off != frozenset()


def test_days_are_versions_and_the_newest_counts(cast: Cast) -> None:
    before = database_now()
    leave(cast.pam, 2, 4)
    leave(cast.pam, 4, 6)
    kept = work(owner=cast.pam, first=today() + 3 * DAY, last=today() + 3 * DAY, by=cast.admin, now=database_now())

    assert kept.number == 3
    assert kept.days_off == [today() + n * DAY for n in (2, 4, 5, 6)]
    assert calendar_at(cast.pam, before) == Calendar("Europe/Berlin")
    assert [event.kind for event in Event.objects.filter(subject_id=cast.pam.public_id).order_by("pk")] == [
        *("calendar.days_taken_off", "calendar.days_taken_off", "calendar.days_given_back")
    ]


def test_second_call_changes_nothing(cast: Cast) -> None:
    leave(cast.pam, 2, 4)
    with pytest.raises(StateConflict):
        leave(cast.pam, 3, 4)
    with pytest.raises(StateConflict):
        work(owner=cast.pam, first=today() + 8 * DAY, last=today() + 9 * DAY, by=cast.pam, now=database_now())
    change(owner=cast.pam, values={"country": "DE"}, by=cast.pam, now=database_now())
    change(owner=cast.pam, values={"country": "DE"}, by=cast.pam, now=database_now())

    assert WorkCalendar.objects.count() == 2
    assert Event.objects.filter(kind__startswith="calendar.").count() == 2


def test_version_that_somebody_else_has_changed_is_a_conflict(cast: Cast) -> None:
    change(owner=cast.pam, values={"country": "DE"}, version=0, by=cast.admin, now=database_now())
    with pytest.raises(StateConflict):
        change(owner=cast.pam, values={"country": "US"}, version=0, by=cast.pam, now=database_now())

    assert newest(cast.pam).country == "DE"


def test_another_country_begins_as_a_whole(cast: Cast) -> None:
    change(owner=cast.pam, values={"country": "DE", "subdivision": "BY"}, by=cast.pam, now=database_now())
    made = change(owner=cast.pam, values={"country": "US"}, by=cast.pam, now=database_now())

    assert (made.country, made.subdivision) == ("US", "")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"country": "QQ"}, "country"),
        ({"country": "DE", "subdivision": "TX"}, "subdivision"),
        ({"subdivision": "BY"}, "subdivision"),
        ({"weekend": [0, 1, 2, 3, 4, 5, 6]}, "weekend"),
        ({"weekend": [7]}, "weekend"),
    ],
)
def test_what_no_calendar_can_be_is_refused_at_its_field(cast: Cast, values: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        change(owner=cast.pam, values=values, by=cast.pam, now=database_now())

    assert list(refused.value.errors) == [field]


def test_days_that_clocks_have_counted_cannot_be_changed(cast: Cast) -> None:
    with pytest.raises(InvalidInput) as refused:
        leave(cast.pam, -1, 2)
    assert list(refused.value.errors) == ["first"]

    leave(cast.pam, 0, 2)
    with pytest.raises(InvalidInput) as refused:
        work(owner=cast.pam, first=today(), last=today(), by=cast.pam, now=database_now())
    assert list(refused.value.errors) == ["first"]


def test_no_more_days_than_a_table_holds(cast: Cast) -> None:
    leave(cast.pam, 0, 365)
    leave(cast.pam, 366, 731)
    with pytest.raises(InvalidInput) as refused:
        leave(cast.pam, 732, 1090)

    assert list(refused.value.errors) == ["last"]


def test_deputy_is_another_who_decides(cast: Cast) -> None:
    change(owner=cast.pam, values={"deputy": cast.pam2}, by=cast.admin, now=database_now())
    assert deputies_of([cast.pam.pk, cast.pam2.pk]) == {cast.pam.pk: cast.pam2.pk}

    for nobody in (cast.pam, cast.seller, cast.helix.admin):
        with pytest.raises(InvalidInput):
            change(owner=cast.pam, values={"deputy": nobody}, by=cast.admin, now=database_now())
    Membership.objects.filter(user=cast.pam2).update(ended_at=database_now())
    with pytest.raises(InvalidInput):
        change(owner=cast.pam, values={"country": "DE"}, by=cast.admin, now=database_now())


def test_only_the_own_and_an_administrator_change_them(cast: Cast) -> None:
    allowed = [(cast.pam, cast.pam), (cast.admin, cast.pam), (cast.admin, cast.vendor)]
    refused = [
        *((cast.pam2, cast.pam), (cast.pam, cast.vendor), (cast.executive, cast.pam), (cast.seller, cast.seller)),
        *((cast.helix.admin, cast.pam), (cast.helix.admin, cast.helix.organisation), (cast.admin, cast.helix.admin)),
        (cast.admin, cast.helix.organisation),
    ]
    for by, owner in allowed:
        change(owner=owner, values={"country": "DE"}, by=by, now=database_now())
    for by, owner in refused:
        with pytest.raises(NotAllowed):
            change(owner=owner, values={"country": "US"}, by=by, now=database_now())

    assert set(WorkCalendar.objects.values_list("country", flat=True)) == {"DE"}


@pytest.mark.parametrize(
    "broken",
    [
        {"user": None},
        {"weekend": [0, 1, 2, 3, 4, 5, 6]},
        {"weekend": [9]},
        {"subdivision": "BY"},
        {"country": "de"},
        {"days_off": [date(2026, 1, 1)] * 1001},
    ],
    ids=["nobody's", "no day to work", "no weekday", "a part of nothing", "no code", "too many days"],
)
def test_database_refuses_what_no_verb_writes(cast: Cast, broken: dict[str, Any]) -> None:
    row = {"user": cast.pam, "number": 1, "created_at": database_now(), **broken}
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkCalendar.objects.create(**row)


def test_today_is_that_of_the_owner(cast: Cast) -> None:
    """Late in the evening of Berlin it is tomorrow in Apia."""
    User.objects.filter(pk=cast.pam.pk).update(time_zone="Pacific/Apia")
    cast.pam.refresh_from_db()
    evening = datetime.combine(today(), datetime.min.time(), ZoneInfo("Europe/Berlin")) + timedelta(hours=22)

    with pytest.raises(InvalidInput):
        take_off(owner=cast.pam, first=today(), last=today(), by=cast.pam, now=evening)
    take_off(owner=cast.pam, first=today() + DAY, last=today() + DAY, by=cast.pam, now=evening)
