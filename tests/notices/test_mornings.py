"""When a digest comes: 08:00 on the person's wall, on business days, whatever the clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prm.notices.choices.rules import MORNING, next_morning

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "Pacific/Apia", "Asia/Tehran"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "zone", "morning"),
    [
        # Tuesday night, and Tuesday noon.
        ("2026-11-24T02:00", "Europe/Berlin", "2026-11-24T07:00"),
        ("2026-11-24T11:00", "Europe/Berlin", "2026-11-25T07:00"),
        # The very moment belongs to the digest that goes now.
        ("2026-11-24T06:59:59", "Europe/Berlin", "2026-11-24T07:00"),
        ("2026-11-24T07:00", "Europe/Berlin", "2026-11-25T07:00"),
        # From Friday to Monday, by the wall and not by UTC: in Auckland it is Saturday already.
        ("2026-11-27T12:00", "UTC", "2026-11-30T08:00"),
        ("2026-11-27T12:00", "Pacific/Auckland", "2026-11-29T19:00"),
        ("2026-11-28T09:00", "UTC", "2026-11-30T08:00"),
        # Over the night of a clock change the wall counts: 07:00 UTC before, 06:00 after, and back.
        ("2026-03-27T12:00", "Europe/Berlin", "2026-03-30T06:00"),
        ("2026-10-23T12:00", "Europe/Berlin", "2026-10-26T07:00"),
        ("2026-03-06T18:00", "America/New_York", "2026-03-09T12:00"),
        # A zone with half an hour.
        ("2026-11-24T12:00", "Asia/Kolkata", "2026-11-25T02:30"),
    ],
)
def test_morning_is_eight_on_the_wall(now: str, zone: str, morning: str) -> None:
    assert next_morning(at(now), zone) == at(morning)


@given(
    st.integers(0, 15 * 365 * 24 * 60).map(lambda minutes: at("2020-01-01T00:00") + timedelta(minutes=minutes)),
    st.sampled_from(ZONES),
)
def test_every_moment_has_the_next_business_morning(now: datetime, zone: str) -> None:
    morning = next_morning(now, zone)
    wall = morning.astimezone(ZoneInfo(zone))

    assert (wall.time(), wall.weekday() < 5) == (MORNING, True)
    # Friday morning to Monday morning, and an hour for the clocks.
    assert timedelta() < morning - now <= timedelta(days=3, hours=1)
    assert morning.utcoffset() == timedelta()
