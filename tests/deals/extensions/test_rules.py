"""Where a protection ends when it is made longer, or when that is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from deals.extensions.rules import extended_end, refused_end
from deals.rulebook import DealRules
from prm.clocks.calendar import end_of_day, local_date


@pytest.mark.parametrize(
    ("zone", "until", "expected"),
    [
        # In summer time, over the change to winter time, and back.
        ("Europe/Berlin", datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC), datetime(2026, 7, 31, 21, 59, 59, tzinfo=UTC)),
        (
            "Europe/Berlin",
            datetime(2026, 10, 1, 21, 59, 59, tzinfo=UTC),
            datetime(2026, 10, 31, 22, 59, 59, tzinfo=UTC),
        ),
        ("Europe/Berlin", datetime(2027, 3, 1, 22, 59, 59, tzinfo=UTC), datetime(2027, 3, 31, 21, 59, 59, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 2, 4, 59, 59, tzinfo=UTC), datetime(2026, 4, 1, 3, 59, 59, tzinfo=UTC)),
        ("Asia/Kolkata", datetime(2027, 1, 31, 18, 29, 59, tzinfo=UTC), datetime(2027, 3, 2, 18, 29, 59, tzinfo=UTC)),
        ("Pacific/Apia", datetime(2026, 12, 31, 10, 59, 59, tzinfo=UTC), datetime(2027, 1, 30, 10, 59, 59, tzinfo=UTC)),
    ],
)
def test_extended_protection_ends_with_a_day_of_the_partner(zone: str, until: datetime, expected: datetime) -> None:
    end = extended_end(until, DealRules(), zone)

    assert end == expected
    assert end == end_of_day(local_date(until, zone) + timedelta(days=30), zone)


def test_length_is_that_of_the_policy() -> None:
    until = datetime(2026, 7, 1, 23, 59, 59, tzinfo=UTC)

    assert extended_end(until, DealRules(extension_days=7), "UTC") == until + timedelta(days=7)


@pytest.mark.parametrize(("hours", "expected_hours"), [(-1, 0), (0, 0), (5, 5)])
def test_refusal_never_ends_what_time_has_already_protected(hours: int, expected_hours: int) -> None:
    before = datetime(2026, 7, 1, 23, 59, 59, tzinfo=UTC)

    assert refused_end(before, before + timedelta(hours=hours)) == before + timedelta(hours=expected_hours)
